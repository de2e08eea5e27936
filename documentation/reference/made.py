"""Which pages of docs/reference/ are made, and by what."""

from __future__ import annotations

from documentation.reference import commands, desk_api, intents, messages, policy, settings


def pages() -> dict[str, str]:
    """Each page's text by its place in the project."""
    return {
        "docs/reference/commands.md": commands.page(),
        "docs/reference/settings.md": settings.page(),
        "docs/reference/intents.md": intents.page(),
        "docs/reference/messages.md": messages.page(),
        "docs/reference/facts-and-decisions.md": policy.page(),
        "docs/reference/desk-api.md": desk_api.page(),
    }
