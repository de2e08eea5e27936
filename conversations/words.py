"""What the customer is told when somebody else answers from now on."""

from __future__ import annotations

NO_LONGER_WAITING = "All right, you are back with the assistant."


def waiting(position: int | None, is_anyone_there: bool) -> str:
    """A person was called. What can be said of how long it takes, is said."""
    if not is_anyone_there:
        return (
            "None of our people is here right now. Leave your e-mail address and they will write to you; "
            "or go on with the assistant."
        )
    place = "You are next" if position in (1, None) else f"You are number {position} in line"
    return f"One of our people will join you here. {place}; what you write meanwhile is kept for them."


def joined(name: str) -> str:
    return f"{name} has joined and answers you from here."


def given_back(name: str) -> str:
    return f"{name} has handed you back to the assistant."


def closed(name: str | None) -> str:
    """`name`: the agent who ended it; None for the customer."""
    ended = f"{name} has ended this conversation." if name else "This conversation has ended."
    return f"{ended} Write again whenever you like."


def address_is_kept(email: str) -> str:
    return f"Thank you. Our people will write to {email}, and they can see what was said here."
