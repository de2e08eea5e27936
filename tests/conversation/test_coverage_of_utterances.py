"""Every sentence of domain.yml is said in some transcript that passes."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from runtime.settings import ROOT
from tests.conversation.transcripts import read_transcripts

DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
EXPECTED = {
    name
    for transcript in read_transcripts()
    if not transcript.xfail
    for step in transcript.steps
    if "utter" in step
    for name in (step["utter"] if isinstance(step["utter"], list) else [step["utter"]])
}


@pytest.mark.parametrize("response", sorted(DOMAIN["responses"]))
def test_a_transcript_expects(response: str) -> None:
    assert response in EXPECTED, f"write a transcript with `utter: {response}`"


def test_transcripts_expect_only_what_the_domain_has() -> None:
    assert set(DOMAIN["responses"]) >= EXPECTED
