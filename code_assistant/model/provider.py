"""Where model answers come from: one client, one line of requests and one policy of retries. Loaded late: it imports
`agents`.
"""

from __future__ import annotations

import asyncio

import openai
from agents import Model
from agents.exceptions import ModelBehaviorError
from agents.models.openai_provider import OpenAIProvider
from agents.retry import ModelRetrySettings, RetryDecision, RetryPolicyContext

from code_assistant.model.ending import note_endings
from code_assistant.model.error import is_refused, read_wait
from code_assistant.model.hooks import EmptyAnswerError
from code_assistant.model.reply import RefusedError, ReplyError, refuse_what_is_no_answer
from code_assistant.model.window import Window, ask_window
from code_assistant.settings import LOCAL_API_KEY, Settings

MAX_RETRIES = 2
LONGEST_RETRY_AFTER_S = 15.0
"""A server that asks for more than this is not waited for: the caller's own deadline is 50 s."""
LOADING_RETRIES, LOADING_PAUSE_S = 30, 2.0
"""For a server that loads its model: a minute, as a large model takes from a disk."""
_RETRIED_STATUS = frozenset({408, 409, 429, 500, 502, 503, 504})


class Models:
    """The model server, for the life of ours."""

    def __init__(self, settings: Settings, model: Model | None = None) -> None:
        self._settings = settings
        self._model = model
        self.client: openai.AsyncOpenAI | None = None
        """Made for the first request; whoever ends before the process does closes it."""
        self._provider: OpenAIProvider | None = None
        self._window: Window | None = None
        self.line = asyncio.Semaphore(settings.model_requests)
        """Held while a request is at the server; the others wait here, where no time-out counts."""
        self.refused: dict[str, str] = {}
        """What the model server does not take (`tools`, `schema`, `limit`), and what it said; not tried again."""

    def model(self) -> Model:
        """The model to ask. Not for the offline model, which is made for each request."""
        if self._model is not None:
            return self._model
        if self._provider is None:
            settings = self._settings
            self.client = openai.AsyncOpenAI(
                api_key=settings.api_key or LOCAL_API_KEY,
                base_url=settings.base_url,
                timeout=settings.model_timeout_s,
                http_client=openai.DefaultAsyncHttpxClient(event_hooks={"response": [refuse_what_is_no_answer]}),
                max_retries=0,  # the client obeys any Retry-After, hours included; the policy below does not
            )
            note_endings(self.client)
            self._provider = OpenAIProvider(openai_client=self.client, use_responses=settings.api == "responses")
        return self._provider.get_model(self._settings.model)

    async def window(self) -> Window:
        """The model's context window; a local server that is starting, or loads its model late, is asked again."""
        known = self._window
        if known is None or (known.tokens is None and self._settings.is_local and not known.is_final):
            if self.client is None:
                return Window()
            known = self._window = await ask_window(self.client, self._settings)
        return known


def retry_settings() -> ModelRetrySettings:
    """What is asked again, and how often."""
    backoff = {"initial_delay": 0.5, "max_delay": 4.0}
    return ModelRetrySettings(max_retries=LOADING_RETRIES, backoff=backoff, policy=_retry)


def _retry(context: RetryPolicyContext) -> RetryDecision:
    facts = context.normalized
    if isinstance(context.error, ModelBehaviorError | EmptyAnswerError | RefusedError | ReplyError):
        return RetryDecision(retry=False)
    if is_refused(context.error):  # nothing listens there, and whoever waits wants to know
        return RetryDecision(retry=False)
    if facts.status_code == 503 and "loading" in str(context.error).lower():
        return RetryDecision(retry=True, delay=LOADING_PAUSE_S)
    is_passing = facts.is_network_error or facts.status_code in _RETRIED_STATUS
    if not is_passing or context.attempt > MAX_RETRIES or (facts.retry_after or 0.0) > LONGEST_RETRY_AFTER_S:
        return RetryDecision(retry=False)
    return RetryDecision(retry=True, delay=read_wait(facts.retry_after))
