"""The agent: one conversation with the model for one request. Loaded late: it imports `agents`.

Bounded in every direction: turns, seconds per model request, retries. Whatever a model server does comes
out as an answer or as a `ModelError` with cause and remedy.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import openai
from agents import Agent, AgentOutputSchema, Model, ModelSettings, RunConfig, Runner, RunResult, RunResultStreaming
from agents.exceptions import MaxTurnsExceeded, ModelBehaviorError
from agents.models.openai_provider import OpenAIProvider
from agents.retry import ModelRetrySettings, RetryDecision, RetryPolicyContext
from agents.run_error_handlers import RunErrorHandlerInput, RunErrorHandlerResult

from code_assistant.context import Say
from code_assistant.model.answer import Answer, read_answer
from code_assistant.model.error import ModelError, explain, usable_wait
from code_assistant.model.hooks import EmptyAnswerError, Meter, text_of
from code_assistant.model.prompt import Repair, instructions
from code_assistant.model.reply import RefusedError, ReplyError, refuse_what_is_no_answer
from code_assistant.model.tools import ChildTools
from code_assistant.model.whole_text import WholeTextModel
from code_assistant.result import Missing
from code_assistant.settings import LOCAL_API_KEY, Settings
from code_assistant.text.plain import plain_line

logger = logging.getLogger(__name__)

MAX_RETRIES = 2
LONGEST_RETRY_AFTER_S = 15.0
"""A server that asks for more than this is not waited for: the caller's own deadline is 50 s."""
ABORT_S = 2.0
"""An aborted run is waited for this long; it takes milliseconds, unless a tool is slow to notice."""
_RETRIED_STATUS = frozenset({408, 409, 429, 500, 502, 503, 504})


class Models:
    """Where model answers come from: one HTTP client for the life of the server."""

    def __init__(self, settings: Settings, model: Model | None = None) -> None:
        self._settings = settings
        self._model = model
        self._provider: OpenAIProvider | None = None
        self.refused: dict[str, str] = {}
        """What the model server does not take (`tools`, `schema`), and what it said; not tried again."""

    def model(self) -> Model:
        """The model to ask. Not for the offline model, which is made for each request."""
        if self._model is not None:
            return self._model
        if self._provider is None:
            settings = self._settings
            client = openai.AsyncOpenAI(
                api_key=settings.api_key or LOCAL_API_KEY,
                base_url=settings.base_url,
                timeout=settings.model_timeout_s,
                http_client=openai.DefaultAsyncHttpxClient(event_hooks={"response": [refuse_what_is_no_answer]}),
                max_retries=0,  # the client obeys any Retry-After, hours included; the policy below does not
            )
            self._provider = OpenAIProvider(openai_client=client, use_responses=settings.api == "responses")
        return self._provider.get_model(self._settings.model)


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
    ) -> None:
        self._settings = settings
        self._refused = {} if refused is None else refused
        self._language = language
        self._tools = tools
        self._history: list[Any] = []
        self._removed = 0
        self.meter = Meter(say)
        self._agent: Agent[None] = Agent(
            name="code-writer",
            instructions=instructions(),
            model=WholeTextModel(model),
            mcp_servers=[] if "tools" in self._refused else list(tools),
            mcp_config={"include_server_in_tool_names": _has_clash(tools)},
            output_type=None if "schema" in self._refused else _answer_schema(language),
            model_settings=ModelSettings(
                timeout=settings.model_timeout_s,
                include_usage=True,
                retry=ModelRetrySettings(
                    max_retries=MAX_RETRIES, backoff={"initial_delay": 0.5, "max_delay": 4.0}, policy=_retry
                ),
            ),
        )

    @property
    def removed(self) -> int:
        """Lines and marks taken out of tool answers and findings because they address the model."""
        return self._removed + sum(source.removed for source in self._tools)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What the model had to do without since its server refuses it."""
        if "tools" not in self._refused:
            return ()
        remedy = "use a model that can call tools; standards and documentation were shown to it all the same"
        why = f"the model server refuses tools: {self._refused['tools']}"
        return (Missing(what="further look-ups by the model", why=why, remedy=remedy),)

    @property
    def trimmed(self) -> tuple[str, ...]:
        """What of the tool answers was left out because it was too long."""
        return tuple(line for source in self._tools for line in source.trimmed)

    async def ask(self, message: str | Repair) -> Answer:
        """Send a message and return the model's answer; the dialogue so far goes along.

        Raises:
            ModelError: the model could not be asked or gave no answer.
        """
        if self.meter.turns >= self._settings.max_turns:
            raise explain(MaxTurnsExceeded(""), self._settings)
        if isinstance(message, Repair):
            self._removed += message.removed
            message = message.text
        question = [*self._history, {"role": "user", "content": message}]
        while True:
            try:
                run = await self._run(question)
                break
            except openai.BadRequestError as error:
                if not self._give_up_feature(str(error)):
                    raise explain(error, self._settings) from error
            except Exception as error:  # the SDK lets httpx, JSON and its own errors through
                raise explain(error, self._settings) from error
        self._history = list(run.to_input_list())
        self.meter.add_usage(run.context_wrapper.usage)
        answer = run.final_output
        answer = answer if isinstance(answer, Answer) else read_answer(str(answer or ""), self._language)
        if not answer.files and self.meter.turns >= self._settings.max_turns:
            raise explain(MaxTurnsExceeded(""), self._settings)  # no repair could be asked for any more
        return answer

    async def _run(self, question: list[Any]) -> RunResult | RunResultStreaming:
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
        if not self._settings.stream:
            return await Runner.run(self._agent, question, **options)
        streamed = Runner.run_streamed(self._agent, question, **options)
        try:
            async for _ in streamed.stream_events():
                pass
            return streamed
        finally:
            if not streamed.is_complete:
                streamed.cancel(mode="immediate")
            await _note_end(streamed)

    def _read_leniently(self, failed: RunErrorHandlerInput[None]) -> RunErrorHandlerResult:
        """The model said nothing at last, or ran out of turns: make the best of its last words."""
        responses = failed.run_data.raw_responses
        text = text_of(responses[-1]) if responses else ""
        return RunErrorHandlerResult(final_output=read_answer(text, self._language))

    def _give_up_feature(self, refusal: str) -> bool:
        """Many local servers refuse schemas or tools. Ask again without; the instructions describe the form too."""
        said, refusal = plain_line(refusal), refusal.lower()
        if self._agent.mcp_servers and "tool" in refusal:
            logger.warning("the model server refuses tools; going on without: %s", said)
            self._refused["tools"] = said
            self._agent = replace(self._agent, mcp_servers=[])
            return True
        if self._agent.output_type and any(word in refusal for word in ("schema", "response_format", "text.format")):
            logger.warning("the model server refuses a schema; going on without: %s", said)
            self._refused["schema"] = said
            self._agent = replace(self._agent, output_type=None)
            return True
        return False


async def _note_end(streamed: RunResultStreaming) -> None:
    """A run is a task of the SDK's own: only its end says that the model's request is closed and costs no more."""
    if streamed.run_loop_task is not None and not streamed.run_loop_task.done():
        await asyncio.wait((streamed.run_loop_task,), timeout=ABORT_S)


class _AnswerSchema(AgentOutputSchema):
    """Asks for an answer in the schema, and reads any: an answer that was paid for is not refused for its form.

    It can be called since the SDK describes its agent to itself twice in each run: what can be called by its name
    alone, any other schema by a deep copy of all that it holds, which was a tenth of a generation.
    """

    def __init__(self, language: str) -> None:
        super().__init__(Answer, strict_json_schema=False)
        self._language = language

    def __call__(self, text: str) -> Answer:
        """Read an answer, whatever its form."""
        return read_answer(text, self._language)

    def validate_json(self, json_str: str) -> Answer:
        """The same, under the SDK's name for it."""
        return self(json_str)


@cache
def _answer_schema(language: str) -> AgentOutputSchema:
    """Made once for each language: it is the same for every request."""
    return _AnswerSchema(language)


def _retry(context: RetryPolicyContext) -> RetryDecision:
    facts = context.normalized
    if isinstance(context.error, ModelBehaviorError | EmptyAnswerError | RefusedError | ReplyError):
        return RetryDecision(retry=False)
    is_passing = facts.is_network_error or facts.status_code in _RETRIED_STATUS
    if not is_passing or (facts.retry_after or 0.0) > LONGEST_RETRY_AFTER_S:
        return RetryDecision(retry=False)
    return RetryDecision(retry=True, delay=usable_wait(facts.retry_after))


def _has_clash(tools: Sequence[ChildTools]) -> bool:
    names = [tool.name for source in tools for tool in source.shown_tools]
    return len(names) != len(set(names))


__all__ = ["Conversation", "ModelError", "Models"]
