"""Which Chatwoot, and what lets us in there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ChatwootSettings:
    """`token` is the agent bot's access token, `secret` what its deliveries are signed with.

    `inboxes` are those that the assistant answers in; without any, all that the bot is connected to. `team` is who gets
    what is handed over. `patience` is how many seconds an answer may be missing until a person is called instead.
    """

    url: str
    account: int
    token: str = field(repr=False)
    secret: str = field(repr=False)
    inboxes: tuple[int, ...] = ()
    team: int | None = None
    patience: float = 30.0
