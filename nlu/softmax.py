"""Multinomial logistic regression kept as plain arrays: scikit-learn fits it, numpy alone applies it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

ROUNDING = 1e-4  # lets examples be alike without dividing by nothing
CLOSE_ENOUGH = 0.1  # slope over all examples; a smaller one takes longer and reads no better


@dataclass(frozen=True)
class Softmax:
    """Labels and their weights over those feature columns that occurred in training; all others weigh nothing."""

    labels: list[str]
    columns: np.ndarray  # sorted feature columns
    rarity: np.ndarray  # inverse document frequency of each; 1 for a column that every text has, as dense ones
    weights: np.ndarray  # (columns, labels)
    bias: np.ndarray  # (labels,)

    @classmethod
    def fit(cls, rows: csr_matrix, labels: Sequence[str], strength: float) -> Softmax:
        """`strength` is the inverse of the L2 penalty: the larger, the closer it follows the examples.

        There are far fewer examples than columns, and the best weights are sums of examples. So it fits in the space
        that the examples span: the same result, several times as fast.
        """
        from scipy.linalg import solve_triangular  # training only: a running assistant needs neither
        from sklearn.linear_model import LogisticRegression

        columns, frequency = np.unique(rows.indices, return_counts=True)
        rarity = np.log((1 + rows.shape[0]) / (1 + frequency)) + 1
        examples = rows[:, columns].multiply(rarity).tocsr()
        spanned = np.linalg.cholesky(_products(examples, frequency == rows.shape[0]) + ROUNDING * np.eye(rows.shape[0]))
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=1000, tol=CLOSE_ENOUGH)
        model.fit(spanned, labels)
        weights = examples.T @ solve_triangular(spanned, model.coef_.T, lower=True, trans="T")
        return cls(
            [str(label) for label in model.classes_],
            columns,
            rarity.astype(np.float32),
            weights.astype(np.float32),
            model.intercept_.astype(np.float32),
        )

    def probabilities(self, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
        """One probability a label for a text with these values in these feature columns."""
        places = np.minimum(np.searchsorted(self.columns, columns), len(self.columns) - 1)
        known = self.columns[places] == columns
        scores = (values[known] * self.rarity[places[known]]) @ self.weights[places[known]] + self.bias
        odds = np.exp(scores - scores.max())
        return odds / odds.sum()

    def save(self, folder: Path) -> None:
        """Two files, readable without pickle."""
        (folder / "labels.json").write_text(json.dumps(self.labels))
        np.savez(folder / "softmax.npz", columns=self.columns, rarity=self.rarity, weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, folder: Path) -> Softmax:
        """What `save` wrote."""
        with np.load(folder / "softmax.npz", allow_pickle=False) as arrays:
            return cls(json.loads((folder / "labels.json").read_text()), **{name: arrays[name] for name in arrays})


def _products(examples: csr_matrix, everywhere: np.ndarray) -> np.ndarray:
    """Each example times each other; columns that all of them fill are quicker as a dense block."""
    sparse, dense = examples[:, ~everywhere], examples[:, everywhere].toarray()
    products: np.ndarray = (sparse @ sparse.T).toarray() + dense @ dense.T
    return products
