"""The agent: one conversation with the model for one request. Loaded late: it imports `agents`.

Bounded in every direction: turns, tokens, seconds per model request, retries. Whatever a model server does comes
out as an answer or as a `ModelError` with cause and remedy.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import openai
from agents import Agent, AgentOutputSchema, Model, ModelSettings, RunConfig, Runner, RunResult, RunResultStreaming
from agents.exceptions import MaxTurnsExceeded
from agents.run_error_handlers import RunErrorHandlerInput, RunErrorHandlerResult

from code_assistant.context import Say
from code_assistant.model.answer import Answer, Asked, AskedRepair, read_answer
from code_assistant.model.ending import EndedModel
from code_assistant.model.error import describe_ending, explain, explain_cut, explain_overflow, note_spared
from code_assistant.model.hooks import Meter, read_text_of
from code_assistant.model.prompt import SPARED, Question, Repair, Spared, instructions
from code_assistant.model.provider import retry_settings
from code_assistant.model.tools import ChildTools
from code_assistant.model.window import CHARS_PER_TOKEN, Overflow, Window, read_overflow
from code_assistant.result import Missing
from code_assistant.settings import Settings
from code_assistant.text.plain import plain_line

logger = logging.getLogger(__name__)

ABORT_S = 2.0
"""An aborted run is waited for this long; it takes milliseconds, unless a tool is slow to notice."""
MIN_ANSWER_TOKENS = 256
"""Less is no answer: then the prompt has to be shorter."""
LEAN_TEMPERATURE = 0.2
"""Servers take 0.7 to 1.0 by themselves, which suits talk; not 0, at which small models fall into repetitions."""
_FEATURES = {
    "schema": ("schema", "response_format", "text.format"),
    "temperature": ("temperature",),
    "limit": ("max_tokens", "max_output_tokens", "max_completion_tokens"),
}
"""What many servers refuse, by the words they name it with."""

Message = str | Question | Repair


class Conversation:
    """The dialogue with the model about one request: the first question and every repair."""

    def __init__(
        self,
        model: Model,
        tools: Sequence[ChildTools],
        settings: Settings,
        language: str,
        say: Say,
        refused: dict[str, str] | None = None,
        *,
        line: asyncio.Semaphore | None = None,
        window: Window | None = None,
    ) -> None:
        self._settings = settings
        self._refused = {} if refused is None else refused
        self._language = language
        self._tools = tools
        self._say = say
        self._line = line or asyncio.Semaphore(settings.model_requests)
        self._window = window or Window()
        self._history: list[Any] = []
        self._question: Question | None = None
        self._spared: list[Spared] = []
        self._overflow: Overflow | None = None
        self._answer_tokens = settings.answer_tokens
        self._cuts = 0
        self._is_cut = False
        self._is_bare = False
        self._removed = 0
        self.meter = Meter(say)
        self._model = EndedModel(model)
        for source in tools:
            source.is_offered = settings.profile == "full" and "tools" not in self._refused
        self._agent: Agent[None] = Agent(
            name="code-writer",
            instructions=instructions(settings.profile),
            model=self._model,
            mcp_servers=list(tools),
            mcp_config={"include_server_in_tool_names": _has_clash(tools)},
        )

    @property
    def removed(self) -> int:
        """Lines and marks taken out of tool answers and findings because they address the model."""
        return self._removed + sum(source.removed for source in self._tools)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What the model had to do without, since its server refuses it or its window has no room for it."""
        told = []
        if "tools" in self._refused:
            remedy = "use a model that can call tools; standards and documentation were shown to it all the same"
            why = f"the model server refuses tools: {self._refused['tools']}"
            told.append(Missing(what="further look-ups by the model", why=why, remedy=remedy))
        if self._spared and self._overflow is not None:
            told.append(note_spared(self._spared, self._overflow, self._window))
        return tuple(told)

    @property
    def trimmed(self) -> tuple[str, ...]:
        """What of the tool answers was left out because it was too long, and what a second try went without."""
        again = ("the standards: left out after an answer without an end",)
        return (*(line for source in self._tools for line in source.trimmed), *(again if self._is_bare else ()))

    async def ask(self, message: Message) -> Answer:
        """Send a message and return the model's answer; the dialogue so far goes along.

        Raises:
            ModelError: the model could not be asked or gave no answer.
        """
        if self.meter.turns >= self._settings.max_turns:
            raise explain(MaxTurnsExceeded(""), self._settings)
        if self._is_cut and (self._cuts > 1 or self._history):
            raise explain_cut(self._settings, is_again=self._cuts > 1)
        if isinstance(message, Question):
            self._question = message
        elif isinstance(message, Repair):
            self._removed += message.removed
        run = await self._send(message)
        self.meter.add_usage(run.context_wrapper.usage)
        answer = run.final_output
        answer = answer if isinstance(answer, Answer) else read_answer(str(answer or ""), self._language)
        if (reason := self._model.ending.reason) is not None:
            self._cuts += 1
            self._is_cut = True  # and the history goes on without it: a longer prompt would leave less room
            answer = answer.model_copy(update={"problems": (describe_ending(reason, self._settings, self._window),)})
        else:
            self._is_cut = False
            self._history = list(run.to_input_list())
        if not answer.files and self.meter.turns >= self._settings.max_turns:
            raise explain(MaxTurnsExceeded(""), self._settings)  # no repair could be asked for any more
        return answer

    async def _send(self, message: Message) -> RunResult | RunResultStreaming:
        """Send a message; what the server refuses is left out and the rest sent again, each thing once."""
        while True:
            text = self._word(message)
            try:
                return await self._run(text, is_repair=isinstance(message, Repair))
            except openai.APIStatusError as error:
                overflow = read_overflow(error)
                if overflow is not None:
                    if not self._make_room(overflow, message, len(text)):
                        raise explain_overflow(overflow, self._window, self._settings) from error
                elif not (error.status_code == 400 and self._give_up_feature(str(error))):
                    raise explain(error, self._settings) from error
            except Exception as error:  # the SDK lets httpx, JSON and its own errors through
                raise explain(error, self._settings, is_cut=self._model.ending.reason == "length") from error

    def _word(self, message: Message) -> str:
        """The text of a message as this conversation stands."""
        if isinstance(message, str):
            return message
        if isinstance(message, Question):
            return message.text(self._spared)
        if self._is_cut and self._question is not None:
            # The smallest models end what they write where nothing but the request stands before it; the check
            # sends back what they break.
            self._is_bare = self._settings.profile == "lean"
            spared = [*self._spared, "checklist"] if self._is_bare else self._spared
            return self._question.text(spared, is_short=True)
        return message.text if self._history else message.alone or message.text

    async def _run(self, text: str, *, is_repair: bool) -> RunResult | RunResultStreaming:
        question = [*self._history, {"role": "user", "content": text}]
        is_free = self._settings.profile == "lean" or "schema" in self._refused
        schema = None if is_free else _answer_schema(self._language, is_repair=is_repair)
        agent = replace(self._agent, output_type=schema, model_settings=self._model_settings(question))
        options: dict[str, Any] = {
            "max_turns": max(1, self._settings.max_turns - self.meter.turns),
            "hooks": self.meter,
            "run_config": RunConfig(
                tracing_disabled=not self._settings.tracing,
                trace_include_sensitive_data=False,
                tool_not_found_behavior="return_error_to_model",
            ),
            "error_handlers": {"invalid_final_output": self._read_leniently, "max_turns": self._read_leniently},
        }
        if self._line.locked():
            self._say("waiting for the model server, which is given one request after the other")
        async with self._line:
            if not self._settings.stream:
                return await Runner.run(agent, question, **options)
            streamed = Runner.run_streamed(agent, question, **options)
            try:
                async for _ in streamed.stream_events():
                    pass
                return streamed
            finally:
                if not streamed.is_complete:
                    streamed.cancel(mode="immediate")
                await _note_end(streamed)

    def _model_settings(self, question: list[Any]) -> ModelSettings:
        """The answer is bounded by what the window leaves: nobody reads what runs on until it is full."""
        limit, is_lean = self._answer_tokens, self._settings.profile == "lean"
        if self._window.tokens is not None:
            chars = len(instructions(self._settings.profile)) + len(str(question)) + self._tools_chars()
            left = self._window.tokens - int(chars / CHARS_PER_TOKEN)
            limit = min(self._answer_tokens, max(MIN_ANSWER_TOKENS, left))
        return ModelSettings(
            timeout=self._settings.model_timeout_s,
            max_tokens=None if "limit" in self._refused else limit,
            temperature=LEAN_TEMPERATURE if is_lean and "temperature" not in self._refused else None,
            include_usage=True,
            retry=retry_settings(),
        )

    def _read_leniently(self, failed: RunErrorHandlerInput[None]) -> RunErrorHandlerResult:
        """The model said nothing at last, or ran out of turns: make the best of its last words."""
        responses = failed.run_data.raw_responses
        text = read_text_of(responses[-1]) if responses else ""
        return RunErrorHandlerResult(final_output=read_answer(text, self._language))

    def _make_room(self, overflow: Overflow, message: Message, chars: int) -> bool:
        """Leave out of the next try what can be spared; False when there is nothing or it was done before."""
        tokens = overflow.window or self._window.tokens
        left = tokens - overflow.prompt if tokens and overflow.prompt else 0
        if MIN_ANSWER_TOKENS <= left < self._answer_tokens:  # only the answer that is asked for has no room
            self._answer_tokens = left - left // 16
            return True
        if isinstance(message, Repair):
            is_cut_short = bool(self._history and message.alone)
            self._history = []
            return is_cut_short
        if not isinstance(message, Question) or self._overflow is not None:
            return False
        self._overflow = overflow
        sizes = {spared: self._tools_chars() if spared == "tools" else message.size(spared) for spared in SPARED}
        total = len(instructions(self._settings.profile)) + chars + sizes["tools"]
        # A quarter of the window is left to the answer; without numbers all goes.
        needed = total * (1 - 0.75 * tokens / overflow.prompt) if tokens and overflow.prompt else float("inf")
        for spared in (spared for spared in SPARED if sizes[spared]):
            if needed > 0:
                self._spared.append(spared)
                needed -= sizes[spared]
        self._offer_none("tools" in self._spared)
        return bool(self._spared)

    def _offer_none(self, is_so: bool) -> None:
        for source in self._tools:
            source.is_offered = source.is_offered and not is_so

    def _tools_chars(self) -> int:
        shown = (tool for source in self._tools for tool in source.shown_tools)
        return sum(len(tool.description or "") + len(json.dumps(tool.input_schema)) for tool in shown)

    def _give_up_feature(self, refusal: str) -> bool:
        """Many servers refuse schemas, tools or a bound. Ask again without; the message describes the form too."""
        said, refusal = plain_line(refusal), refusal.lower()
        if "tool" in refusal and any(source.shown_tools for source in self._tools):
            self._offer_none(True)
            return self._note_refusal("tools", said)
        for name, words in _FEATURES.items():
            if name not in self._refused and any(word in refusal for word in words):
                return self._note_refusal(name, said)
        return False

    def _note_refusal(self, name: str, said: str) -> bool:
        logger.warning("the model server refuses: %s; going on without: %s", name, said)
        self._refused[name] = said
        return True


async def _note_end(streamed: RunResultStreaming) -> None:
    """A run is a task of the SDK's own: only its end says that the model's request is closed and costs no more."""
    if streamed.run_loop_task is not None and not streamed.run_loop_task.done():
        await asyncio.wait((streamed.run_loop_task,), timeout=ABORT_S)


def _has_clash(tools: Sequence[ChildTools]) -> bool:
    names = [tool.name for source in tools for tool in source.shown_tools]
    return len(names) != len(set(names))


class _AnswerSchema(AgentOutputSchema):
    """Asks for an answer in the schema, and reads any: an answer that was paid for is not refused for its form.

    It can be called since the SDK describes its agent to itself twice in each run: what can be called by its name
    alone, any other schema by a deep copy of all that it holds, which was a tenth of a generation.
    """

    def __init__(self, asked: type[Asked | AskedRepair], language: str) -> None:
        super().__init__(asked, strict_json_schema=False)
        self._language = language

    def __call__(self, text: str) -> Answer:
        """Read an answer, whatever its form."""
        return read_answer(text, self._language)

    def validate_json(self, json_str: str) -> Answer:
        """The same, under the SDK's name for it."""
        return self(json_str)


@cache
def _answer_schema(language: str, *, is_repair: bool = False) -> AgentOutputSchema:
    """Made once for each language: it is the same for every request. Only a correction may take files back."""
    return _AnswerSchema(AskedRepair if is_repair else Asked, language)
