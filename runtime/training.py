"""`python -m runtime.training`: train the assistant if what it learns from has changed.

The model's file carries the fingerprint of all that it was made from, so whether it is up to date is whether it exists.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import sys
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from runtime import stand_ins
from runtime.settings import ROOT

MODELS = ROOT / "models"


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Everything a model is made from: examples, rules, domain, configuration and our components."""
    yield root / "config.yml"
    yield root / "domain.yml"
    yield from sorted(path for path in (root / "data").rglob("*.yml"))
    yield from sorted(path for path in (root / "nlu").rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def fingerprint(root: Path = ROOT) -> str:
    """A short digest of all `sources` and of the version of Rasa."""
    digest = hashlib.sha256(importlib.metadata.version("rasa").encode())
    for path in sources(root):
        content = path.read_bytes()
        digest.update(f"\0{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def current_model(models: Path = MODELS, root: Path = ROOT) -> Path | None:
    """The model made from the sources as they are now, if there is one whose file isn't damaged."""
    model = models / f"assistant-{fingerprint(root)}.tar.gz"
    return model if model.is_file() and is_whole(model) else None


def is_whole(model: Path) -> bool:
    """Whether the model's file can be read to its end."""
    try:
        with gzip.open(model) as content:
            with tarfile.open(fileobj=content) as archive:
                archive.getmembers()
            while content.read(1 << 20):  # its checksum stands at the end
                pass
    except (tarfile.TarError, zlib.error, OSError, EOFError):
        return False
    return True


def newest_model(models: Path = MODELS) -> Path | None:
    """The model trained last, whether or not the sources have changed since."""
    return max(models.glob("assistant-*.tar.gz"), key=lambda model: model.stat().st_mtime, default=None)


def up_to_date_model(models: Path = MODELS, root: Path = ROOT, *, anew: bool = False) -> Path:
    """The model for the sources as they are now, trained if need be; older models are removed.

    `anew` trains in any case. Raises Rasa's own exceptions when the data contradict each other.
    """
    model = None if anew else current_model(models, root)
    return model or _train(models, root)


def _train(models: Path, root: Path) -> Path:
    stand_ins.install()
    from rasa.model_training import train

    name = f"assistant-{fingerprint(root)}"
    models.mkdir(parents=True, exist_ok=True)
    # Beside its place until it is whole: a training that is interrupted must not leave half a model under its name.
    with TemporaryDirectory(dir=models, prefix="training-") as unfinished:
        result = train(
            domain=str(root / "domain.yml"),
            config=str(root / "config.yml"),
            training_files=[str(root / "data")],
            output=unfinished,
            fixed_model_name=name,
            force_training=True,  # Rasa's cache doesn't notice when the code of a component changes
        )
        if result.code != 0 or result.model is None:
            raise RuntimeError("Rasa found nothing to train from.")
        model = Path(result.model).replace(models / f"{name}.tar.gz")
    for older in set(models.glob("assistant-*.tar.gz")) - {model}:
        older.unlink()
    return model


def main() -> None:
    """Train if need be (with `--anew` in any case) and say which model there is."""
    from runtime import logs  # whoever only wants to know which model there is, needn't load it

    logs.configure("training")
    stand_ins.install()
    from rasa.shared.exceptions import RasaException

    try:
        model = up_to_date_model(anew="--anew" in sys.argv[1:])
    except (RasaException, RuntimeError, FileNotFoundError) as failure:
        sys.exit(f"Training failed: {failure}")
    print(model.relative_to(ROOT))


if __name__ == "__main__":
    main()
