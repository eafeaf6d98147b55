"""The answer when the deadline passes first: what has been done so far, and the advice to call again."""

from __future__ import annotations

from code_assistant.progress import Progress
from code_assistant.result import NOTHING_CHECKED, Checks, GenerationResult, Usage
from code_assistant.settings import Settings


def pending_result(progress: Progress, settings: Settings) -> GenerationResult:
    """Describe a job that goes on."""
    context = progress.context
    steps = "\n".join(f"- {message}" for message in progress.history)
    return GenerationResult(
        status="pending",
        explanation=f"So far ({progress.seconds:.0f} s):\n\n{steps}",
        checks=Checks(summary=NOTHING_CHECKED, not_checked=("the answer: it is not finished",)),
        standards=context.standards_used if context else (),
        documentation=context.documentation_used if context else (),
        missing=context.missing if context else (),
        context=context.use if context else None,
        usage=Usage(model=settings.model, seconds=round(progress.seconds, 3)),
        next_step=(
            f"The work goes on: {progress.now}. Call generate_code_with_context again with the same arguments to "
            "collect the result; nothing is done or paid twice."
        ),
    )
