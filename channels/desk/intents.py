"""What a customer's words may be an example of."""

from __future__ import annotations

from pathlib import Path

import yaml

from channels.desk.shapes import Shape


class Intent(Shape):
    """One of the assistant's intents, in words for whoever labels an example."""

    name: str
    title: str


INTENTS = {
    name: Intent(name=name, title=title)
    for name, title in yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")).items()
}
