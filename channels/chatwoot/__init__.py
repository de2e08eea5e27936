"""The bridge to Chatwoot: its customers are answered by the assistant, and its agents take over and give back there.

To Chatwoot it is an agent bot: Chatwoot posts what happens to `/chatwoot`, and takes what is said over its API. To the
rest of the house it is another door to the same conversations. `docs/chatwoot.md` says how to set it up.
"""
