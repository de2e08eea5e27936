"""JSON lines, one object a line: whatever comes in, a line is read or refused by itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, NoReturn, TypeVar

from policy_core.facts import BadFacts

T = TypeVar("T")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON value")


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        [(twice, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise BadFacts("", f'This line says "{twice}" twice in one object, so nobody knows which one counts.')
    return fields


DECODER = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_each_name_once)
ENCODER = json.JSONEncoder(check_circular=False)  # decisions are made here, so they are trees


def each_line(lines: Iterable[bytes], do: Callable[[Any], T]) -> Iterator[tuple[int, T | BadFacts]]:
    """What `do` makes of each line's object, or what is wrong with it, with the line's number; blank lines are none."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, do(read_line(line))
            except BadFacts as bad:
                yield number, bad


def read_line(line: bytes) -> Any:
    """The JSON value on a line. Raises BadFacts."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadFacts("", f"This line is not text in UTF-8: byte {error.start + 1} can't be read.") from None
    if text.startswith("\ufeff"):
        raise BadFacts("", "This line begins with a byte order mark. Save the file as UTF-8 without one.")
    try:
        return DECODER.decode(text)
    except RecursionError:
        raise BadFacts("", "This line is nested too deeply to be facts.") from None
    except json.JSONDecodeError as error:
        raise BadFacts("", f"This line is not JSON: {error.msg} at character {error.pos + 1}.") from None
    except ValueError:  # NaN and the like, or thousands of digits
        raise BadFacts("", "This line is not JSON that can be read: it holds a number that no fact can be.") from None


def write_json(out: BinaryIO, document: object, indent: int | None = None) -> None:
    """One JSON document and a line break, in ASCII, so that any text can be in it."""
    text = json.dumps(document, indent=indent) if indent else ENCODER.encode(document)
    out.write(text.encode("ascii") + b"\n")
    out.flush()


def write_text(out: BinaryIO, text: str) -> None:
    """Text for people; characters that would steer a terminal are shown as what they are."""
    shown = "".join(
        char if char.isprintable() or char in "\n\N{NO-BREAK SPACE}" else f"\\x{ord(char):02x}" for char in text
    )
    out.write(shown.encode("utf-8", "backslashreplace") + b"\n")
    out.flush()
