"""What `--doctor` says of one precondition. Its one rule: whatever is not well comes with the line that fixes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warning", "failed"]


@dataclass(frozen=True)
class Diagnosis:
    """One precondition."""

    what: str
    verdict: Verdict
    found: str
    remedy: str = ""
