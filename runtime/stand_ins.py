"""Stands in for packages that Rasa 3.6 always imports and that this assistant never uses.

TensorFlow, and the clients of other companies' chat and storage services. Leaving them out makes the environment 0.7 GB
instead of 2.6, the start of the Rasa server 3 s instead of 10, and its memory 160 MB instead of 530. Whoever wants
Rasa's neural components builds an environment with the real TensorFlow (`make stock`): then `install` does nothing.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

NEURAL = frozenset(
    {"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "tensorflow_datasets", "keras"}
)

SERVICES = frozenset(
    {
        "aiogram",
        "boto3",
        "botocore",
        "bson",
        "fbmessenger",
        "mattermostwrapper",
        "pymongo",
        "rocketchat_API",
        "slack_sdk",
    }
    | {"twilio", "webexteamssdk"}
)
"""Messengers and stores that Rasa could speak with."""

NOT_FOR_ANSWERING = frozenset(
    {"joblib", "matplotlib", "prompt_toolkit", "questionary", "sklearn", "sklearn_crfsuite", "tqdm"}  # training
    | {"apscheduler", "cachecontrol", "cryptography", "dask", "google", "pkg_resources", "requests", "terminaltables"}
)
"""Installed; a server that only answers doesn't need them.

Schedules of reminders, of which there are none; what plans the components' order, where `runtime.graph` does;
telemetry, the sign-in of a messenger, and what finds the schemas of files, by which a server checks none
(`rasa_changes`). Without the last eight the server takes 12 MB less.
"""


def install(*, for_answering_only: bool = False) -> bool:
    """Let the imports of these packages succeed; call before Rasa is imported.

    Returns whether the stand-ins are at work: not where the real TensorFlow is installed.
    """
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return True
    if importlib.util.find_spec("tensorflow") is not None:
        return False
    packages = NEURAL | SERVICES | (_unused_in_answering() if for_answering_only else {"sklearn_crfsuite"})
    for package in packages:
        if sys.modules.get(package, sys) is None:  # kept out by `lean`, which is too little for Rasa
            del sys.modules[package]
    sys.meta_path.insert(0, _Finder(packages))
    return True


def _unused_in_answering() -> frozenset[str]:
    """Without `EVENTS_URL` nothing is told to RabbitMQ, either."""
    return NOT_FOR_ANSWERING if os.environ.get("EVENTS_URL") else NOT_FOR_ANSWERING | {"aio_pika"}


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
    """Whatever Rasa takes out of such a package while it is imported."""


class _NeverRaisedError(Exception):
    """An exception of such a package, which Rasa may want to catch."""


class _Module(ModuleType):
    __path__: list[str] = []  # noqa: RUF012 - marks a package
    __version__ = "2.12.0"  # the version that Rasa 3.6.21 asks for

    def __getattr__(self, name: str) -> type[_Nothing] | type[_NeverRaisedError]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _NeverRaisedError if name.endswith(("Error", "Exception", "Failure")) else _Nothing


class _Finder(MetaPathFinder, Loader):
    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in self._packages:
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""
