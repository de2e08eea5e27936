"""Prepared replies: the shop's own from a small file, then the sentences of the policy that is in force today."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import yaml

from channels.desk.shapes import Reply
from policy_core import published

OURS = Path(__file__).resolve().parent / "replies.yml"


class RepliesError(ValueError):
    """The shop's file can't be used; the text says what it has to be."""


def replies_in(path: Path) -> list[Reply]:
    """The shop's own replies. Raises RepliesError."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [Reply(title=str(entry["title"]), text=str(entry["text"])) for entry in entries]
    except OSError as error:
        raise RepliesError(f"DESK_REPLIES names {path}, which can't be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, KeyError):
        raise RepliesError(f"{path.name} has to be a YAML list of entries with `title` and `text`.") from None


def quotations() -> list[Reply]:
    """Every sentence of the policy, as a quotation."""
    policy = published()
    today = datetime.now(policy.settings.zone).date()
    return [
        Reply(title=clause.id, text=f"Our policy says: “{' '.join(clause.text.split())}”", clause=clause.id)
        for clause in policy.in_force(today).clauses.values()
    ]
