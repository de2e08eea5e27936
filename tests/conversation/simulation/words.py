"""How simulated customers say things: each fact in several ways, the plainest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WISHES: Mapping[str, Sequence[str]] = {
    "refund": (
        "I want my money back",
        "I'd like a refund",
        "can I get a refund?",
        "please refund me",
        "I want to return it and get my money back",
    ),
    "replacement": (
        "I need a replacement",
        "please replace it",
        "can you exchange it?",
        "I want it replaced",
        "I'd like a replacement or a repair",
    ),
    "cancellation": (
        "I want to cancel my order",
        "please cancel the order",
        "cancel my order",
        "I need to cancel what I ordered",
        "can you still cancel my order?",
    ),
}

TERSE_WISHES = {"refund": "refund please", "replacement": "need a replacement", "cancellation": "cancel my order"}

OTHER_WISHES: Mapping[str, Sequence[str]] = {
    "refund": ("actually I want my money back", "then I'd rather have my money back", "no, a refund instead please"),
    "replacement": (
        "actually I want a replacement",
        "then I'd rather have a replacement",
        "no, please replace it instead",
    ),
    "cancellation": ("actually I want to cancel the order", "no, please cancel the order instead", "then cancel it"),
}

REASONS: Mapping[str, Sequence[str]] = {
    "changed_mind": ("I don't want it any more", "I changed my mind", "I no longer need it"),
    "ordered_by_mistake": ("I ordered the wrong thing", "I ordered the wrong item", "I bought it by mistake"),
    "wrong_item_delivered": (
        "a different item came than I ordered",
        "you sent me the wrong item",
        "I received the wrong item",
    ),
    "damaged_on_arrival": ("it was broken when I unpacked it", "it arrived damaged", "it was dead on arrival"),
    "defective": ("it developed a fault", "it stopped working after a while", "it suddenly stopped working"),
    "damaged_by_user": ("I dropped it", "I broke it myself", "it fell out of my hands and broke"),
    "lost": ("I lost it", "it was stolen", "somebody stole it"),
    "not_received": ("it never came", "it never arrived", "the parcel was incomplete"),
}

FACTS: Mapping[tuple[str, bool], Sequence[str]] = {
    ("working", True): ("it works fine", "everything works perfectly", "it is in perfect working condition"),
    ("working", False): ("it doesn't work", "it isn't working", "it's broken"),
    ("original_packaging", True): (
        "I still have the original packaging",
        "I have the original box",
        "it's in its original box",
    ),
    ("original_packaging", False): ("I threw the box away", "I don't have the box", "the packaging is gone"),
    ("tampered", True): ("somebody else tried to repair it", "my friend repaired it", "I opened it and modified it"),
    ("tampered", False): ("nobody has tampered with it", "nobody changed or repaired anything", "nobody touched it"),
}

YES_AND_NO: Mapping[bool, Sequence[str]] = {
    True: ("yes", "yep", "yes it is", "yeah", "sure", "of course"),
    False: ("no", "nope", "no, it isn't", "nah", "not at all"),
}

CORRECTIONS = ("sorry, that was wrong: {fact}", "no wait, {fact}", "I have to correct myself, {fact}")
DOUBTS = (
    "hm, wait a moment",
    "yes but how long does it take?",
    "that's not much",
    "are you sure?",
    "only if shipping is free",
)
HELLOS = ("Hello,", "Good evening!", "Hi there, hope you are well.", "Hello, I hope you can help me.")
THANKS = ("Thanks a lot!", "Thank you in advance.", "Kind regards, Kim", "Many thanks for your help")
CHATTER = (
    "I've been a customer for years.",
    "My wife is quite annoyed already.",
    "It's for our shop.",
    "We moved recently.",
)
