"""The story of one request: gather, generate, check, repair, answer. Readable in one screen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from code_assistant.children.child import Child
from code_assistant.children.errors import ChildError
from code_assistant.context import Context, Gatherer
from code_assistant.context7.client import TOOLS
from code_assistant.context7.launch import CONTEXT7
from code_assistant.generation.checks import CheckedAnswer, Checker
from code_assistant.generation.expectations import is_asked_for
from code_assistant.generation.repair import overlay_repair
from code_assistant.model.prompt import Question, repair_message
from code_assistant.progress import Progress
from code_assistant.project.paths import is_outside, make_harmless_path
from code_assistant.project.surroundings import PROJECT, TEAM, find_gaps
from code_assistant.request import GenerationRequest
from code_assistant.result import (
    AnswerFinding,
    GeneratedFile,
    GenerationError,
    GenerationResult,
    Missing,
    Status,
    Usage,
)
from code_assistant.settings import Settings
from groundwork.plural import count_of

if TYPE_CHECKING:
    from agents import Model

    from code_assistant.model.agent import Conversation
    from code_assistant.model.provider import Models
    from code_assistant.model.tools import ChildTools
    from code_assistant.model.window import Window

TOOL_TIMEOUT_S = 20.0
"""For one tool call of the model."""

FURTHER_SERVERS_S = 5.0
"""How long a request waits for a server of the config file that is starting; one started by npx may take longer."""

_WITHOUT_FILE = (
    "The model gave no file in the language asked for; what it said is in `explanation`. Ask for one small piece at a "
    "time, use a larger model (CODE_ASSISTANT_MODEL), or give it less to read (CODE_ASSISTANT_PROFILE=lean)."
)
HOW_TO_USE_A_MODEL = (
    "Set OPENAI_API_KEY, or OPENAI_BASE_URL and CODE_ASSISTANT_MODEL for a local server, in the server's environment. "
    "Without one, complete the files by hand or with your own model: `explanation` has the standards to follow and the "
    "documentation that was found."
)


@dataclass(frozen=True)
class Repaired:
    """The best answer of all rounds, and how many rounds it took."""

    judgement: CheckedAnswer
    rounds: int
    missing: tuple[Missing, ...] = ()


class Assistant:
    """Answers requests with the help of its children and a model."""

    def __init__(
        self, settings: Settings, gatherer: Gatherer, checker: Checker, sources: tuple[Child, ...], model: Model | None
    ) -> None:
        self._settings = settings
        self._gatherer = gatherer
        self._checker = checker
        self._sources = sources
        self._model = model
        self._models: Models | None = None

    async def prepare(self) -> None:
        """Import what is slow and make the model's client, so that the first request finds them there."""
        models = await self._reach_models()
        if not self._settings.is_offline:
            await asyncio.to_thread(models.model)

    async def answer(self, request: GenerationRequest, progress: Progress) -> GenerationResult:
        """Answer one request.

        Raises:
            GenerationError: the model could not be asked or gave no answer.
        """
        models = await self._reach_models()
        window = await models.window()
        budget = window.budget_chars(self._settings, len(request.request) + len(request.existing_code or ""))
        context, absent = await asyncio.gather(
            self._gatherer.gather(request, progress.say, budget), self._wait_for_further()
        )
        progress.context = context
        conversation = self._converse(request, context, progress, models, window)
        answer = await conversation.ask(Question(request, context, self._settings.profile))
        progress.say(f"checking {count_of(len(answer.files), 'file')}")
        first = await self._checker.judge(request, answer)
        repaired = await self._repair(request, conversation, first, progress)
        return self._make_result(request, context, conversation, repaired, absent, progress.seconds)

    async def _repair(
        self, request: GenerationRequest, conversation: Conversation, first: CheckedAnswer, progress: Progress
    ) -> Repaired:
        """Send findings back until none is left, nothing changes, or the rounds are used up. Keeps the best answer."""
        best = latest = first
        limit = self._settings.repair_rounds
        for number in range(1, limit + 1):
            to_repair = latest.errors or latest.checks.findings
            if not to_repair:
                return Repaired(best, number - 1)
            counted = _count(latest.errors, latest.checks.findings)
            progress.say(f"checked {count_of(len(latest.files), 'file')}: {counted}, repairing ({number} of {limit})")
            try:
                answer = await conversation.ask(repair_message(to_repair, latest.files, self._settings.profile))
            except GenerationError as error:
                lost = Missing(what=f"repair round {number}", why=error.why, remedy=error.remedy)
                return Repaired(best, number - 1, (lost,))
            if latest.files and not answer.files and not answer.removed:
                return Repaired(best, number, (_note_no_files(number),))
            before, latest = latest, await self._checker.judge(request, overlay_repair(latest, to_repair, answer))
            if best.is_whole and not latest.is_whole:
                return Repaired(best, number, (_note_unchecked(number, latest.missing),))
            if latest.weight <= best.weight:
                best = latest
            if latest.files == before.files or latest.checks.findings == before.checks.findings:
                return Repaired(best, number)
        return Repaired(best, limit)

    async def _wait_for_further(self) -> tuple[Missing, ...]:
        """Give the servers of the config file a moment to start; what is told of those that are not there."""
        named = {spec.name for spec in self._settings.servers}
        found = await asyncio.gather(*(_explain_absence(child) for child in self._sources if child.name in named))
        gaps = await asyncio.to_thread(find_gaps, self._settings)
        return (*gaps, *(gap for gap in found if gap is not None))

    def _converse(
        self, request: GenerationRequest, context: Context, progress: Progress, models: Models, window: Window
    ) -> Conversation:
        from code_assistant.model.agent import Conversation  # as `models` is there, the Agents SDK has been imported

        return Conversation(
            self._make_offline(request, context) if self._is_offline else models.model(),
            [self._choose_tools(child) for child in self._sources if child.state == "ready"],
            self._settings,
            request.language,
            progress.say,
            models.refused,
            line=models.line,
            window=window,
        )

    async def _reach_models(self) -> Models:
        """The model server; our modules on top of the SDK are imported in a thread: it takes a second."""
        if self._models is None:
            models = await asyncio.to_thread(_import_models, self._is_offline)
            self._models = self._models or models(self._settings, self._model)  # one, whoever else has waited, too
        return self._models

    @property
    def _is_offline(self) -> bool:
        return self._settings.is_offline and self._model is None

    def _make_offline(self, request: GenerationRequest, context: Context) -> Model:
        from code_assistant.model.offline import OfflineModel

        return OfflineModel(request, context)

    def _choose_tools(self, child: Child) -> ChildTools:
        """What the agent may use of a child: by name, or what declares itself read-only."""
        from code_assistant.model.tools import ChildTools

        if child.name == CONTEXT7:
            # By name: its old generation declares nothing.
            return ChildTools(child, TOOLS, TOOL_TIMEOUT_S, self._gatherer.documents.answer_tool)
        spec = next((spec for spec in self._settings.servers if spec.name == child.name), None)
        if spec is None:
            return ChildTools(child, None, TOOL_TIMEOUT_S)
        return ChildTools(child, spec.tools, spec.timeout_s, hidden=spec.disabled_tools)

    def _make_result(
        self,
        request: GenerationRequest,
        context: Context,
        conversation: Conversation,
        repaired: Repaired,
        absent: tuple[Missing, ...],
        seconds: float,
    ) -> GenerationResult:
        best = repaired.judgement
        is_scaffold = self._settings.is_offline
        is_usable = any(is_asked_for(file, request) for file in best.files)
        status: Status = "scaffold" if is_scaffold else "generated" if is_usable else "failed"
        next_steps: dict[Status, str] = {"scaffold": HOW_TO_USE_A_MODEL, "failed": _WITHOUT_FILE}
        meter = conversation.meter
        removed = context.use.removed_lines + conversation.removed
        trimmed = (*context.use.trimmed, *conversation.trimmed)
        use = context.use.model_copy(update={"removed_lines": removed, "trimmed": trimmed})
        return GenerationResult(
            status=status,
            files=tuple(map(_hand_out, best.files)),
            explanation=best.explanation,
            checks=best.checks.model_copy(update={"rounds": repaired.rounds}),
            standards=context.standards_used,
            documentation=context.documentation_used,
            missing=_tell_once((*context.missing, *absent, *conversation.missing, *best.missing, *repaired.missing)),
            context=use,
            usage=Usage(
                model=self._settings.model,
                profile=self._settings.profile,
                turns=meter.turns,
                tool_calls=meter.tool_calls,
                input_tokens=meter.input_tokens,
                output_tokens=meter.output_tokens,
                seconds=round(seconds, 3),
            ),
            next_step=next_steps.get(status),
        )


def _import_models(is_offline: bool) -> type[Models]:
    # Late: they import the Agents SDK. All that a request needs; the offline model's templates only where it answers.
    from code_assistant.model import agent, tools  # noqa: F401
    from code_assistant.model.provider import Models

    if is_offline:
        from code_assistant.model import offline  # noqa: F401

    return Models


def _tell_once(missing: tuple[Missing, ...]) -> tuple[Missing, ...]:
    """Without what the standards server says of the same folders, by the names that the variables have there."""
    told = {gap.what for gap in missing}
    return tuple(
        gap
        for gap in missing
        if not (TEAM in told and gap.why.startswith("STANDARDS_DIR: "))
        and not (PROJECT in told and gap.why.endswith("set PROJECT_DIR to one"))
    )


async def _explain_absence(child: Child) -> Missing | None:
    is_hopeful = child.was_ready or not child.restarts
    try:
        await child.wait_ready(FURTHER_SERVERS_S if is_hopeful else 0)
    except ChildError as error:
        remedy = error.remedy or "see get_server_status"
        return Missing(what=f"the tools of {child.name}", why=error.why, remedy=remedy)
    return None


def _hand_out(file: GeneratedFile) -> GeneratedFile:
    """A host may write what it is given where it is told to: no path of an answer leads out of the project."""
    return file.model_copy(update={"path": make_harmless_path(file.path)}) if is_outside(file.path) else file


def _note_no_files(number: int) -> Missing:
    return Missing(
        what=f"repair round {number}", why="the model answered without files", remedy="mend what is on top by hand"
    )


def _note_unchecked(number: int, gaps: tuple[Missing, ...]) -> Missing:
    """A corrected answer that nobody could check does not take the place of one that was."""
    gap = gaps[0]  # those of the check come first
    return Missing(what=f"repair round {number}", why=f"it could not be checked: {gap.why}", remedy=gap.remedy)


def _count(errors: tuple[AnswerFinding, ...], findings: tuple[AnswerFinding, ...]) -> str:
    warnings = len(findings) - len(errors)
    parts = [(len(errors), "error"), (warnings, "warning")]
    return ", ".join(count_of(count, name) for count, name in parts if count) or "no findings"
