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
        "how do I get my money back for this?",
        "I'd like to send it back for a refund please",
        "Could you please refund my order?",
    ),
    "replacement": (
        "I need a replacement",
        "please replace it",
        "can you exchange it?",
        "I want it replaced",
        "I'd like a replacement or a repair",
        "could you send me a new one, please?",
        "I would like to exchange it",
    ),
    "cancellation": (
        "I want to cancel my order",
        "please cancel the order",
        "cancel my order",
        "I need to cancel what I ordered",
        "can you still cancel my order?",
        "Please cancel this order, I ordered too quickly",
        "is it still possible to cancel my order?",
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
    "changed_mind": (
        "I don't want it any more",
        "I changed my mind",
        "I no longer need it",
        "nothing is wrong with it, I just don't need it",
        "I found something better",
    ),
    "ordered_by_mistake": (
        "I ordered the wrong thing",
        "I ordered the wrong item",
        "I bought it by mistake",
        "my fault, I picked the wrong model",
        "I clicked on the wrong product",
    ),
    "wrong_item_delivered": (
        "a different item came than I ordered",
        "you sent me the wrong item",
        "I received the wrong item",
        "that's not what I ordered",
        "I got a different model",
    ),
    "damaged_on_arrival": (
        "it was broken when I unpacked it",
        "it arrived damaged",
        "it was dead on arrival",
        "it never worked, not even on the first day",
        "the glass was cracked when I opened the box",
    ),
    "defective": (
        "it developed a fault",
        "it stopped working after a while",
        "it suddenly stopped working",
        "it worked fine at first, then it died",
        "it no longer turns on",
        "the picture went black last week",
    ),
    "damaged_by_user": (
        "I dropped it",
        "I broke it myself",
        "it fell out of my hands and broke",
        "my son dropped it",
        "I spilled water on it",
    ),
    "lost": (
        "I lost it",
        "it was stolen",
        "somebody stole it",
        "I can't find it any more",
        "it got stolen from my garage",
    ),
    "not_received": (
        "it never came",
        "it never arrived",
        "the parcel was incomplete",
        "I never got it",
        "some parts were missing in the box",
    ),
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
    True: ("yes", "yep", "yes it is", "yeah", "sure", "of course", "Yes.", "YES", "y", "correct", "yes, that's right"),
    False: ("no", "nope", "no, it isn't", "nah", "not at all", "No.", "NO", "n", "no, sorry", "I'm afraid not"),
}

CORRECTIONS = ("sorry, that was wrong: {fact}", "no wait, {fact}", "I have to correct myself, {fact}")
FILE_IT = (
    "yes",
    "yes please",
    "ok",
    "go ahead",
    "Yes, please go ahead and file it.",
    "please do",
    "sounds good, do it",
    "yes, that's correct",
    "file it, please",
)
NUMBERS = (
    "{number}",
    "{digits}",
    "it's {number}",
    "the order number is {number}",
    "order {digits}, I think",
    "{number} thanks",
)
ADDRESSES = ("{email}", "my e-mail is {email}", "it's {email}", "{email}, thank you", "I ordered with {email}")
CHOICES = ("{title}", "{title}", "{lower}", "{lower} please", "I'd say: {lower}")
DAYS = ("{span} ago", "{iso}", "on {month} {day}", "{day} {month}", "it came on the {day}th of {month}", "{span} back")
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
