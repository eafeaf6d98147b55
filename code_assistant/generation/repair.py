"""A repaired answer laid over the one before it: models often send only the files they changed.

Its one rule: a file is given up where the model says so, or for a finding about its path or language that was sent to
it; every other one stays in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from code_assistant.generation.checks import CheckedAnswer, clean_path
from code_assistant.model.answer import UNNAMED, Answer
from code_assistant.result import AnswerFinding

_REPLACED = ("request-path-leaves-folder", "request-path-not-portable", "request-path-twice")
"""Findings that are mended by another file under another path, or by none."""
_ALL_REPLACED = "request-wrong-language"
_NEVER_NAMED = re.compile(rf"{UNNAMED}\d+\.\w+")
"""A block that came without a path, beside another one: nobody can name it in a repair to take it back."""


def overlay_repair(before: CheckedAnswer, sent: Sequence[AnswerFinding], answer: Answer) -> Answer:
    """The answer to the findings that were sent, with the files of the one before that it says nothing of."""
    if any(finding.rule == _ALL_REPLACED for finding in sent):
        return answer
    given_up = {finding.file for finding in sent if finding.rule in _REPLACED}
    given_up |= {clean_path(path) for path in answer.removed}
    known = given_up | {clean_path(file.path) for file in answer.files}
    kept = [
        file
        for file in before.files
        if file.path not in known and not (answer.files and _NEVER_NAMED.fullmatch(file.path))
    ]
    # Not validated again: together they may be more than a model may send at once.
    return Answer.model_construct(
        files=[*kept, *answer.files],
        explanation=answer.explanation or before.explanation,
        problems=answer.problems,
    )
