"""`make eval-nlu`: how well the assistant reads, against alternatives; writes docs/nlu.md and its plot.

The development set lies outside the repository and measures only. Without it, and without `.venv-stock` (made by
`make stock`), those lines of the table are left out.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from runtime import stand_ins

stand_ins.install()

from rasa.shared.nlu.training_data.loading import load_data  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402
from scipy.sparse import csr_matrix, hstack, vstack  # noqa: E402
from sklearn.calibration import CalibratedClassifierCV  # noqa: E402
from sklearn.model_selection import StratifiedKFold  # noqa: E402
from sklearn.neighbors import KNeighborsClassifier  # noqa: E402
from sklearn.svm import LinearSVC  # noqa: E402

from nlu.classifier import SentenceClassifier, sentence_features  # noqa: E402
from nlu.fallback import FALLBACK  # noqa: E402
from nlu.ngrams import row_of  # noqa: E402
from nlu.pipeline import Pipeline  # noqa: E402
from nlu.softmax import Softmax  # noqa: E402

ROOT = Path(__file__).parents[1]
DEVELOPMENT_SET = ROOT.parent / "shared" / "eval" / "nlu_dev.jsonl"
STOCK_PYTHON = ROOT / ".venv-stock" / "bin" / "python"
REPORT, PLOT = ROOT / "docs" / "nlu.md", ROOT / "docs" / "nlu-confusion.png"

OUT_OF_SCOPE = "out_of_scope"
REQUESTS = {
    "cancel_order", "request_refund", "request_return", "report_defect", "report_wrong_item", "track_order",
    "check_request", "change_order",
}  # fmt: skip
THRESHOLD = 0.4  # of the alternatives that bring no fallback of their own
FOLDS = 5
STRENGTH = SentenceClassifier.get_default_config()["strength"]
NO_ENCODER = {"SentenceEncoder": None, "CautiousFallback": {"familiar": 0.0}}


@dataclass(frozen=True)
class Score:
    """By the rule of the development set's own scorer: a row is right when the answer is one of its intents."""

    in_scope: float
    out_of_scope: float
    false_accepts: float

    @classmethod
    def of(cls, rows: Sequence[dict[str, Any]], answers: Sequence[str | None]) -> Score:
        """`nlu_fallback`, and no answer, count as out of scope."""
        named = [OUT_OF_SCOPE if answer in (None, FALLBACK) else answer for answer in answers]
        pairs = list(zip(rows, named, strict=True))
        inside = [answer in row["intents"] for row, answer in pairs if not _is_outside(row)]
        outside = [
            (answer in row["intents"], answer) for row, answer in zip(rows, named, strict=True) if _is_outside(row)
        ]
        return cls(
            float(np.mean(inside)),
            float(np.mean([is_right for is_right, _ in outside])),
            float(np.mean([answer in REQUESTS for _, answer in outside])),
        )

    def __str__(self) -> str:
        return f"{self.in_scope:.1%} | {self.out_of_scope:.1%} | {self.false_accepts:.1%}"


def _is_outside(row: dict[str, Any]) -> bool:
    return bool(row["intents"][0] == OUT_OF_SCOPE)


@dataclass(frozen=True)
class Latency:
    """Milliseconds of one parse alone."""

    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latency:
        """Nearest rank."""
        return cls(*(1000 * float(np.percentile(seconds, p, method="inverted_cdf")) for p in (50, 99)))

    def __str__(self) -> str:
        return f"{self.p50:.1f} ms | {self.p99:.1f} ms"


def examples() -> TrainingData:
    """Our own, unread by any component."""
    return load_data(str(ROOT / "data" / "nlu"))


def answered(pipeline: Pipeline, texts: Sequence[str]) -> tuple[list[str | None], list[float]]:
    """What each text is taken for, and the seconds that it took."""
    names, seconds = [], []
    for text in texts:
        began = time.perf_counter()
        names.append(pipeline.parse(text).get("intent")["name"])
        seconds.append(time.perf_counter() - began)
    return names, seconds


def trained(changes: dict[str, Any] | None = None) -> tuple[Pipeline, float]:
    """The pipeline of config.yml, with changes, and the seconds that training took."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        pipeline = Pipeline.trained(examples(), Path(folder), changes)
    return pipeline, time.perf_counter() - began


# Damage that people's typing does ------------------------------------------------------------------------------------


def with_slips(text: str, rng: random.Random) -> str:
    """One typing error in every six words, and one at least: a letter left out, doubled, swapped or struck wrongly."""
    words = text.split()
    for start in range(0, len(words), 6):
        place = rng.randrange(start, min(start + 6, len(words)))
        words[place] = _mistyped(words[place], rng)
    return " ".join(words)


def _mistyped(word: str, rng: random.Random) -> str:
    if len(word) < 3:
        return word
    at = rng.randrange(1, len(word) - 1)
    rest = {
        "left out": word[at + 1 :],
        "doubled": word[at] + word[at:],
        "swapped": word[at + 1] + word[at] + word[at + 2 :],
        "struck wrongly": rng.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],
    }
    return word[:at] + rest[rng.choice(sorted(rest))]


def damages() -> dict[str, Callable[[str], str]]:
    """Each with its own seed, so that they are the same in every run."""
    rng = random.Random(5)  # noqa: S311
    return {
        "as it is": str,
        "one typing error in six words": lambda text: with_slips(text, rng),
        "lower case": str.lower,
        "upper case": str.upper,
        "without punctuation": lambda text: re.sub(r"[^\w\s]", "", text),
    }


# Cross-validation on our own examples --------------------------------------------------------------------------------


@dataclass(frozen=True)
class CrossValidation:
    """What each example was taken for by a model that hadn't seen it, and how sure that was."""

    labels: np.ndarray
    answers: np.ndarray
    confidences: np.ndarray

    @property
    def accuracy(self) -> float:
        return float(np.mean(self.labels == self.answers))

    @property
    def calibration_error(self) -> float:
        """Expected calibration error: how far confidence and accuracy lie apart, over ten bins of confidence."""
        bins = np.minimum((self.confidences * 10).astype(int), 9)
        right = self.labels == self.answers
        gaps = [
            np.mean(bins == bin) * abs(self.confidences[bins == bin].mean() - right[bins == bin].mean())
            for bin in np.unique(bins)
        ]
        return float(np.sum(gaps))


def features(left_out: str) -> tuple[csr_matrix, np.ndarray]:
    """The rows that one featurizer makes of the examples, and their labels."""
    data = examples()
    absent: dict[str, Any] = dict.fromkeys((left_out, "SentenceClassifier", "CautiousFallback"), None)
    with tempfile.TemporaryDirectory() as folder:
        Pipeline.trained(data, Path(folder), absent)
    rows = [row_of(*filled) for example in data.intent_examples if (filled := sentence_features(example))]
    labels = np.array([example.get("intent") for example in data.intent_examples])
    return vstack(rows, format="csr"), labels


def cross_validated(rows: csr_matrix, labels: np.ndarray, fit: Callable[..., Any]) -> CrossValidation:
    """`fit(rows, labels)` gives a function from rows to labels and confidences."""
    answers, confidences = np.empty_like(labels), np.empty(len(labels))
    for known, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(rows, labels):
        answers[unseen], confidences[unseen] = fit(rows[known], labels[known])(rows[unseen])
    return CrossValidation(labels, answers, confidences)


def logistic_regression(rows: csr_matrix, labels: np.ndarray) -> Callable[..., Any]:
    """Ours."""
    model = Softmax.fit(rows, labels.tolist(), STRENGTH)

    def answer(unseen: csr_matrix) -> tuple[np.ndarray, np.ndarray]:
        odds = np.array([model.probabilities(row.indices, row.data) for row in unseen])
        return np.array(model.labels)[odds.argmax(axis=1)], odds.max(axis=1)

    return answer


def of_scikit_learn(model: Any) -> Callable[..., Any]:
    """Any classifier with probabilities."""

    def fit(rows: csr_matrix, labels: np.ndarray) -> Callable[..., Any]:
        model.fit(rows, labels)

        def answer(unseen: csr_matrix) -> tuple[np.ndarray, np.ndarray]:
            odds = model.predict_proba(unseen)
            return model.classes_[odds.argmax(axis=1)], odds.max(axis=1)

        return answer

    return fit


# Rasa's stock pipeline -----------------------------------------------------------------------------------------------


def stock(texts: Sequence[str]) -> dict[str, Any] | None:
    """Trained and asked in its own environment; None where that is missing."""
    if not STOCK_PYTHON.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder, "answers.json")
        lines = "".join(json.dumps(text) + "\n" for text in texts)
        environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
        command = [str(STOCK_PYTHON), "-m", "benchmarks.stock_nlu", str(answers)]
        subprocess.run(
            command, input=lines, text=True, cwd=ROOT, env=environment, check=True, stdout=sys.stderr, stderr=sys.stderr
        )
        return dict(json.loads(answers.read_text()))


# The report ----------------------------------------------------------------------------------------------------------


def plot(result: CrossValidation) -> None:
    """The confusion matrix of the cross-validation, each row at 100 %."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    names = sorted(set(result.labels))
    counts = np.array([[np.sum((result.labels == is_) & (result.answers == as_)) for as_ in names] for is_ in names])
    shares = counts / counts.sum(axis=1, keepdims=True)
    figure, axes = pyplot.subplots(figsize=(11, 10))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("read as")
    axes.set_ylabel("is")
    for is_, as_ in zip(*np.nonzero(counts), strict=True):
        colour = "white" if shares[is_, as_] > 0.5 else "black"
        axes.text(as_, is_, counts[is_, as_], ha="center", va="center", fontsize=7, color=colour)
    figure.tight_layout()
    figure.savefig(PLOT, dpi=110, metadata={"Software": None})


def development_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The table of readers, and the table of damages."""
    texts = [row["text"] for row in rows]
    lines = [
        f"## On the development set ({len(rows)} texts of public sets: other shops' customers, templates, anything)\n",
        "| | in scope | out of scope found | falsely started | parse p50 | p99 | training |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    rasa = stock(texts)
    ours = trained()
    readers = {
        "**n-grams and encoder (ours)**": ours,
        "n-grams alone": trained(NO_ENCODER),
        "encoder alone": trained({"NgramFeaturizer": None}),
    }
    for title, (pipeline, seconds) in readers.items():
        answers, times = answered(pipeline, texts)
        lines.append(f"| {title} | {Score.of(rows, answers)} | {Latency.of(times)} | {seconds:.0f} s |")
    if rasa:
        score = Score.of(rows, [name for name, _ in rasa["answers"]])
        latency = Latency.of(rasa["seconds"])
        training = f"{rasa['trained_in']:.0f} s with its policies"
        lines.append(f"| Rasa's stock pipeline (DIET) | {score} | {latency} | {training} |")
    lines += [
        "\n## Typed badly\n",
        "| | in scope | out of scope found | falsely started |",
        "|---|---:|---:|---:|",
    ]
    for title, damage in damages().items():
        answers, _ = answered(ours[0], [damage(text) for text in texts])
        lines.append(f"| {title} | {Score.of(rows, answers)} |")
    return lines


def cross_validation_lines() -> list[str]:
    """The table of classifiers, on examples that each hadn't seen."""
    ngrams, labels = features("SentenceEncoder")
    encoder, _ = features("NgramFeaturizer")
    both = hstack([ngrams, encoder], format="csr")
    ours = cross_validated(both, labels, logistic_regression)
    plot(ours)
    results = {
        "**logistic regression on both (ours)**": ours,
        "logistic regression on n-grams": cross_validated(ngrams, labels, logistic_regression),
        "logistic regression on the encoder": cross_validated(encoder, labels, logistic_regression),
        "linear support vectors on both, calibrated": cross_validated(
            both, labels, of_scikit_learn(CalibratedClassifierCV(LinearSVC(C=0.1), cv=2))
        ),
        "five nearest examples by the encoder": cross_validated(
            encoder, labels, of_scikit_learn(KNeighborsClassifier(5, weights="distance"))
        ),
    }
    return [
        f"\n## Cross-validation on our own {len(labels)} examples ({FOLDS} folds)\n",
        "| | right | expected calibration error |",
        "|---|---:|---:|",
        *(f"| {name} | {result.accuracy:.1%} | {result.calibration_error:.3f} |" for name, result in results.items()),
    ]


def main() -> None:
    """Measure everything and write it down."""
    lines = ["# How well it reads\n", INTRODUCTION]
    if DEVELOPMENT_SET.exists():
        rows = [json.loads(line) for line in DEVELOPMENT_SET.read_text(encoding="utf-8").splitlines() if line.strip()]
        lines += development_lines(rows)
    else:
        print("The development set isn't on this machine, so only the cross-validation is made.", file=sys.stderr)
    lines += [*cross_validation_lines(), CLOSING]
    REPORT.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


INTRODUCTION = """\
Made by `make eval-nlu` (with `make stock` before it for the line on Rasa's own pipeline); all figures are of
one run on one machine with 2 shared cores.

A text is made plain (letter case, numbers, addresses, slips of the finger), then seen in two ways: its word and
character n-grams, and the vector of its meaning by the sentence encoder in `models/encoder`. Logistic
regression on both names the intent. What it isn't sure of, or what is far from all examples without being very
sure, is `nlu_fallback`: the assistant asks back. Each sentence of a longer message is read for itself, too, so
that a second wish isn't lost. Facts in passing (`nlu/details.py`) are taken only from words that can be read in
one way; `tests/unit/actions/sentences.txt` has more than 700 sentences with the facts that they hold.

*In scope*: texts with a wish that the assistant knows, read as that wish. *Out of scope found*: other texts,
not taken for a wish. *Falsely started*: other texts that would have started a request. A text counts as in the
scorer of the development set: right when it is read as any of the intents accepted for it. Nothing of that set
trains the assistant.
"""

CLOSING = """
The expected calibration error says how far confidence is from the share of right readings: at 0.05, "80 % sure" is
right 75 to 85 times in 100.

What is confused with what, in the cross-validation:

![Confusion matrix](nlu-confusion.png)
"""

if __name__ == "__main__":
    main()
