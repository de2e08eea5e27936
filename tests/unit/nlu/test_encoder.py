from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nlu.encoder import FOLDER, SHORT, Encoder, encoder, vector_of
from nlu.wordpiece import WordPiece

PIECES = WordPiece(FOLDER / "vocab.txt")
VOCABULARY = (FOLDER / "vocab.txt").read_text(encoding="utf-8").splitlines()


def pieces(text: str) -> list[str]:
    return [VOCABULARY[number] for number in PIECES.numbers(text, 64)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My camera!", "my camera !"),
        ("refund", "ref ##und"),
        ("don't", "don ' t"),
        ("Café Ñandú", "cafe nan ##du"),
        ("a\u200bb c\x00d", "ab cd"),
        ("日本", "日 本"),
        ("👍🏽 ok", "[UNK] ok"),
        ("[CLS]", "[ cl ##s ]"),
        ("x" * 101, "[UNK]"),
        ("", ""),
    ],
)
def test_text_is_cut_as_the_encoder_learned_it(text: str, expected: str):
    assert pieces(text) == ["[CLS]", *expected.split(), "[SEP]"]


def test_no_more_than_the_longest_is_read():
    assert len(PIECES.numbers("camera " * 500, 64)) == 64


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("where is my order", [-0.0027, -0.0096, 0.0577, 0.0277, -0.0046]),
        ("the camera is broken", [-0.0820, -0.0023, 0.0583, -0.0835, 0.0675]),
    ],
)
def test_each_kind_of_processor_makes_the_same_vector(text: str, begins: list[float]):
    """But for rounding; with integers of the full range they are 0.02 apart (`models/encoder/README.md`)."""
    assert encoder().vector(text, 64)[:5] == pytest.approx(begins, abs=0.005)


def test_what_means_the_same_lies_closer_than_what_shares_words():
    wish, same, other = (
        encoder().vector(text, 64)
        for text in ("I want my money back", "please reimburse me", "I want my camera to record at night")
    )

    assert np.linalg.norm(wish) == pytest.approx(1, abs=1e-3)
    assert wish @ same > wish @ other


def test_short_texts_are_read_once_and_long_ones_each_time(monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []
    vector = Encoder.vector

    def counting(self: Encoder, text: str, longest: int) -> np.ndarray:
        read.append(text)
        return vector(self, text, longest)

    monkeypatch.setattr(Encoder, "vector", counting)
    short, long = "no, the other box", "no, the other box " * SHORT

    for text in (short, long):
        np.testing.assert_array_equal(vector_of(text, 64), vector_of(text, 64))

    assert read == [short, long, long]


def test_another_network_than_the_one_that_was_measured_is_refused(tmp_path: Path):
    (tmp_path / "model.onnx").write_bytes(b"not the network")

    with pytest.raises(RuntimeError, match=r"model\.onnx isn't the file"):
        Encoder(tmp_path)


def test_a_running_assistant_loads_no_learning_library_and_the_network_only_for_the_first_sentence():
    program = (
        "import sys; import runtime.stand_ins as s; s.install();"
        "import nlu.encoder as e, nlu.classifier; assert 'onnxruntime' not in sys.modules;"
        "e.encoder().vector('hello', 64);"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'sklearn.linear_model')))"
    )

    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
