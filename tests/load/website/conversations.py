"""What the customers say: those of the README's table with their orders, and people who only have a question.

Each says their lines in turn, whatever is answered. What an order's first customer has filed, the next one is told of.
"""

from __future__ import annotations

Conversation = tuple[str, ...]

CONVERSATIONS: tuple[Conversation, ...] = (
    (
        "Hi, I want my money back for order INO-10482, ana.torres@example.com",
        "yes, it works fine",
        "how long does it take?",
        "yes, I still have the box",
        "yes please",
        "no, thank you",
    ),
    (
        "hello",
        "I'd like to return order INO-10412 for a refund",
        "ben.okafor@example.com",
        "it works",
        "threw the box away, sorry",
        "no, bye",
    ),
    (
        "Can I get a refund on INO-10391? carla.meyer@example.com",
        "why?",
        "and what does the warranty cover?",
        "ok thanks",
    ),
    ("Please cancel order INO-10517, deepak.rao@example.com", "yes", "no that was all"),
    ("I want to cancel INO-10505, ella.novak@example.com", "when can I return it then?", "thanks, bye"),
    (
        "I don't want INO-10498 any more, can I have a refund? farid.haddad@example.com",
        "who pays for sending it back?",
        "no",
    ),
    ("Refund for INO-10406 please, grace.lim@example.com", "so sale items can't be returned at all?", "I see. bye"),
    ("The cable from INO-10455 doesn't work any more, ines.moreau@example.com", "can I talk to somebody?"),
    (
        "My new cable is dead, order INO-10456, jonas.weber@example.com",
        "It developed a fault later",
        "nobody opened it",
        "yes please",
        "no",
    ),
    (
        "I want to send back one thing from INO-10470, karen.walsh@example.com",
        "the hard disk",
        "yes it works",
        "yes, all there",
        "no, I'll think about it",
    ),
    (
        "My camera stopped recording, order INO-10231, noah.fischer@example.com",
        "It developed a fault later",
        "no, never",
        "go ahead",
        "that's all, thank you",
    ),
    ("The DVR from INO-10118 is broken, olga.petrova@example.com", "it just died", "no", "ok", "thanks"),
    ("where is my order INO-10498? farid.haddad@example.com", "thank you", "bye"),
    ("what is your return policy?", "and how long is the warranty?", "who pays for the shipping?", "thanks a lot"),
    ("Hello there", "are you a robot?", "can I cancel an order after two days?", "ok, bye"),
)
