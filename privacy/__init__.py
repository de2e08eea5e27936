"""What the whole assistant keeps of a person: orders, requests, transcripts, Rasa's memory of the dialogue.

It stands above orders and conversations, which know nothing of each other, and is run by `python -m privacy`.
"""
