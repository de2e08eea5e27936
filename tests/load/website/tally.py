"""What is counted while customers talk."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Tally:
    """Seconds from sending a message until it was acknowledged and answered; and what went wrong.

    `lost`: acknowledged messages that the transcript lacks or that nobody answered, and messages of the transcript that
    the customer never saw. `doubled`: messages that are there, were seen or were answered twice.
    """

    acknowledged_after: list[float] = field(default_factory=list)
    answered_after: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    resent: int = 0
    dropped: int = 0

    def compare(self, kept: dict[int, dict[str, Any]], heard: set[int], acknowledged: dict[str, int]) -> None:
        """Count what the transcript of record (`kept`, by number) shows of a conversation."""
        messages = [kept[seq] for seq in sorted(kept)]
        numbers = Counter(message.get("client_id") for message in messages if message.get("client_id"))
        self.lost += sum(1 for client_id in acknowledged if not numbers[client_id])
        self.lost += len(set(kept) - heard)
        self.doubled += sum(count - 1 for count in numbers.values())
        for answer in answers_in(messages):
            self.lost += not answer
            self.doubled += len(answer) - len(set(answer))


def answers_in(messages: list[dict[str, Any]]) -> list[list[str]]:
    """What was said after each of the customer's messages, up to the next one."""
    answers: list[list[str]] = []
    for message in messages:
        if message["author"]["kind"] == "customer":
            answers.append([])
        elif answers:
            answers[-1].append(json.dumps([message.get("text"), message.get("custom")]))
    return answers
