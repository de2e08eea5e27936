from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rasa.shared.exceptions import RasaException

from runtime import training
from tests.unit.runtime.conftest import TINY


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "project"))


@pytest.mark.parametrize("changed", ["config.yml", "domain.yml", "data/rules.yml", "nlu/component.py"])
def test_a_change_of_anything_it_learns_from_asks_for_training(root, changed):
    before = training.fingerprint(root)
    (root / "nlu").mkdir(exist_ok=True)
    with (root / changed).open("a") as file:
        file.write("# changed\n")
    assert training.fingerprint(root) != before


def test_a_renamed_file_asks_for_training(root):
    before = training.fingerprint(root)
    (root / "data/rules.yml").rename(root / "data/other.yml")
    assert training.fingerprint(root) != before


@pytest.mark.parametrize("changed", ["README.md", "actions.py", "nlu/__pycache__/component.pyc", "data/orders/a.csv"])
def test_a_change_of_anything_else_does_not(root, changed):
    before = training.fingerprint(root)
    (root / changed).parent.mkdir(parents=True, exist_ok=True)
    (root / changed).write_text("changed")
    assert training.fingerprint(root) == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-4],
        lambda whole: whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
        lambda whole: b"no archive at all",
    ],
    ids=["empty", "half", "nearly whole", "one bit", "another file"],
)
def test_a_damaged_model_is_none(root, tmp_path, tiny_model, damage):
    models = tmp_path / "models"
    models.mkdir()
    model = models / f"assistant-{training.fingerprint(root)}.tar.gz"
    model.write_bytes(tiny_model.read_bytes())
    assert training.current_model(models, root) == model
    model.write_bytes(damage(tiny_model.read_bytes()))
    assert training.current_model(models, root) is None


def test_only_the_newest_model_is_kept_and_it_is_trained_once(root, tmp_path, monkeypatch):
    models = tmp_path / "models"
    models.mkdir()
    (models / "assistant-older.tar.gz").touch()
    assert training.current_model(models, root) is None

    model = training.up_to_date_model(models, root)
    assert list(models.glob("*.tar.gz")) == [model]
    assert training.newest_model(models) == model

    monkeypatch.setattr(training, "_train", lambda *_: pytest.fail("trained again"))
    assert training.up_to_date_model(models, root) == model


def test_contradicting_rules_leave_the_older_model(root, tmp_path):
    older = tmp_path / "models" / "assistant-older.tar.gz"
    older.parent.mkdir()
    older.touch()
    with (root / "data/rules.yml").open("a") as file:
        file.write("  - rule: another greeting\n    steps: [{intent: greet}, {action: action_submit}]\n")
    with pytest.raises(RasaException, match="contradicting"):
        training.up_to_date_model(older.parent, root)
    assert training.newest_model(older.parent) == older
