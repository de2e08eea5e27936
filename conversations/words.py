"""What the customer is told, in their language, when somebody else answers from now on."""

from __future__ import annotations

from languages import gettext


def waiting(position: int | None, is_anyone_there: bool, locale: str) -> str:
    """A person was called. What can be said of how long it takes, is said."""
    if not is_anyone_there:
        return gettext(
            "None of our people is here right now. Leave your e-mail address and they will write to you; "
            "or go on with the assistant.",
            locale,
        )
    if position in (1, None):
        return gettext(
            "One of our people will join you here. You are next; what you write meanwhile is kept for them.", locale
        )
    words = gettext(
        "One of our people will join you here. You are number {position} in line; what you write meanwhile is kept for "
        "them.",
        locale,
    )
    return words.format(position=position)


def no_longer_waiting(locale: str) -> str:
    return gettext("All right, you are back with the assistant.", locale)


def joined(name: str, locale: str) -> str:
    return gettext("{name} has joined and answers you from here.", locale).format(name=name)


def given_back(name: str, locale: str) -> str:
    return gettext("{name} has handed you back to the assistant.", locale).format(name=name)


def closed(name: str | None, locale: str) -> str:
    """`name`: the agent who ended it; None for the customer."""
    if name is None:
        return gettext("This conversation has ended. Write again whenever you like.", locale)
    return gettext("{name} has ended this conversation. Write again whenever you like.", locale).format(name=name)


def address_is_kept(email: str, locale: str) -> str:
    words = gettext("Thank you. Our people will write to {email}, and they can see what was said here.", locale)
    return words.format(email=email)
