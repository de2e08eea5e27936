"""Stands in for TensorFlow, which Rasa 3.6 always imports and our components never use.

Leaving TensorFlow out makes the environment 0.7 GB instead of 2.6, the start of the Rasa server 4 s instead of 10, and
its memory 190 MB instead of 530. Whoever wants Rasa's neural components builds an environment with the real TensorFlow
(`make stock`): then `install` does nothing.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

PACKAGES = frozenset(
    {"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "tensorflow_datasets", "keras"}
)


def install() -> bool:
    """Let the imports of TensorFlow and its companions succeed; call before Rasa is imported.

    Returns whether the stand-in is at work: not where the real TensorFlow is installed.
    """
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return True
    if importlib.util.find_spec("tensorflow") is not None:
        return False
    sys.meta_path.insert(0, _Finder())
    return True


class _Anything(type):
    """The type of `_Nothing`: has every attribute, may be called, used as a decorator and walked through."""

    def __getattr__(cls, name: str) -> type[_Nothing]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is not _Nothing:  # a class of Rasa's that derives from one of TensorFlow's
            return super().__call__(*args, **kwargs)
        used_as_decorator = len(args) == 1 and callable(args[0]) and not kwargs
        return args[0] if used_as_decorator else _Nothing

    def __iter__(cls) -> Iterator[Any]:
        return iter(())


class _Nothing(metaclass=_Anything):
    """Whatever Rasa takes out of TensorFlow while it is imported."""


class _Module(ModuleType):
    __path__: list[str] = []  # noqa: RUF012 - marks a package
    __version__ = "2.12.0"  # the version that Rasa 3.6.21 asks for

    def __getattr__(self, name: str) -> type[_Nothing]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in PACKAGES:
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""
