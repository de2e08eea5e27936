"""Reading the engine's own YAML and that of a policy's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where it is there


class PolicyError(Exception):
    """A policy folder that can't be used; the message names the file, the key and what is expected."""


def read_yaml(path: Path, kind: type) -> Any:
    """The list or mapping in a file of ours. Raises PolicyError."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), YAML)  # noqa: S506  # either one is safe
    except OSError as error:
        raise PolicyError(f"{path}: can't be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path.name}: is not YAML in UTF-8 ({error})") from error
    if not isinstance(content, kind):
        raise PolicyError(f"{path.name}: has to be a {'list' if kind is list else 'mapping'}")
    return content
