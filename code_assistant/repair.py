"""A repaired answer laid over the one before it: models often send only the files they changed.

Its one rule: a file is given up only for a finding about its path or language; every other one stays in the answer.
"""

from __future__ import annotations

from code_assistant.answer import Answer, AnswerFile
from code_assistant.checking import Judgement, clean_path

_REPLACED = ("request-path-leaves-folder", "request-path-twice", "request-other-language")
"""Findings that are mended by another file under another path, or by none."""
_ALL_REPLACED = "request-wrong-language"


def laid_over(before: Judgement, answer: Answer) -> Answer:
    """The answer, with the files of the one before that it does not hold."""
    if any(finding.rule == _ALL_REPLACED for finding in before.checks.findings):
        return answer
    given_up = {finding.file for finding in before.checks.findings if finding.rule in _REPLACED}
    known = given_up | {clean_path(file.path) for file in answer.files}
    kept = [
        AnswerFile(path=file.path, language=file.language, role=file.role, content=file.content)
        for file in before.files
        if file.path not in known
    ]
    # Not validated again: together they may be more than a model may send at once.
    return Answer.model_construct(
        files=[*kept, *answer.files],
        explanation=answer.explanation or before.explanation,
        problems=answer.problems,
    )
