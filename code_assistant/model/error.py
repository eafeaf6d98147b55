"""What went wrong with the model, for the user: cause and remedy. Loaded late: it imports `openai`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence

import openai
from agents.exceptions import (
    AgentsException,
    MaxTurnsExceeded,
    ModelBehaviorError,
    ModelRefusalError,
    ModelTimeoutError,
)

from code_assistant.model.ending import Reason
from code_assistant.model.hooks import EmptyAnswerError
from code_assistant.model.prompt import Spared
from code_assistant.model.reply import RefusedError, ReplyError
from code_assistant.model.window import Overflow, Window
from code_assistant.result import GenerationError, Missing
from code_assistant.settings import Settings
from code_assistant.text.plain import plain_line

_REMEDIES = {
    402: ("asks for payment", "add credit with the provider, or set another OPENAI_BASE_URL"),
    408: ("gave up waiting for the request", "try again; a slow line or a busy server may be the cause"),
    409: ("is busy with something that contradicts the request", "try again in a moment"),
    413: ("refuses a request of this size", "lower CODE_ASSISTANT_CONTEXT_CHARS, or shorten `existing_code`"),
}
"""Statuses with a cause of their own."""

_SPARED_NAMES: dict[Spared, str] = {
    "tools": "the tools",
    "checklist": "the checklist of the standards",
    "documentation": "the documentation",
}


class ModelError(GenerationError):
    """The model could not be asked, or gave no answer."""


def explain(error: Exception, settings: Settings, *, is_cut: bool = False) -> ModelError:
    """Turn an error of the SDK or of the HTTP client into one that names cause and remedy.

    `is_cut`: the answer that it is about had reached the server's limit.
    """
    where = f"the model server ({settings.served_by})"
    if isinstance(error, openai.APIStatusError):
        return _explain_status(error, where, settings)
    match error:
        case openai.APITimeoutError() | ModelTimeoutError() | TimeoutError():
            why = f"{where} gave no answer within {settings.model_timeout_s:g} s"
            return ModelError(why, "try again, or raise CODE_ASSISTANT_MODEL_TIMEOUT_S")
        case ReplyError():
            return ModelError(f"{where} {error.why}", error.remedy)
        case openai.APIConnectionError() if _has_cause(error, "DecodingError"):
            why = f"{where} sent an answer whose compression is broken"
            return ModelError(why, "try again; a proxy on the way may damage what it passes on")
        case openai.APIConnectionError() if _has_cause(error, *_CUT):
            why = f"{where} closed the connection in the middle of its answer"
            return ModelError(why, "try again; where a gateway cuts silent connections, set CODE_ASSISTANT_STREAM=on")
        case openai.APIConnectionError():
            return ModelError(f"{where} is not reachable", "check OPENAI_BASE_URL, the network and the proxy")
        case EmptyAnswerError() | ModelBehaviorError() if is_cut:
            why = f"{settings.model} used up its tokens before it wrote anything"
            return ModelError(why, "raise CODE_ASSISTANT_ANSWER_TOKENS, or the context size of the model server")
        case EmptyAnswerError():
            return ModelError(
                f"{settings.model} gave an empty answer", "try again, or set another CODE_ASSISTANT_MODEL"
            )
        case ModelRefusalError() | RefusedError():
            said = plain_line(str(getattr(error, "refusal", "") or error))
            return ModelError(f"{settings.model} refused the request: {said}", "word the request differently")
        case MaxTurnsExceeded():
            return ModelError(f"{settings.model} used all {settings.max_turns} turns", "raise CODE_ASSISTANT_MAX_TURNS")
        case json.JSONDecodeError():
            return ModelError(f"{where} sent a broken answer", "try again; set CODE_ASSISTANT_STREAM=off if it is on")
        case AgentsException() if "redacted" in str(error):  # the SDK hides what a model's answer may be part of
            return ModelError(f"the answer of {settings.model} could not be read", "try again, or see the server's log")
        case AgentsException() | openai.OpenAIError():
            return ModelError(f"{where} failed: {_shorten(str(error))}", "try again, or see the server's log")
    return ModelError(f"the model run failed: {type(error).__name__}: {_shorten(str(error))}", "see the server's log")


def explain_overflow(overflow: Overflow, window: Window, settings: Settings) -> ModelError:
    """A prompt that does not fit, after all that can be spared was left out."""
    why = f"the model server ({settings.served_by}) refused the prompt: {_tell_overflow(overflow, window)}"
    return ModelError(why, f"{_advise_larger(window)}, or ask for less at once")


def note_spared(spared: Sequence[Spared], overflow: Overflow, window: Window) -> Missing:
    """What a prompt was sent without, since it was too long with it."""
    what = " and ".join(_SPARED_NAMES[name] for name in spared)
    return Missing(what=f"{what} in the prompt", why=_tell_overflow(overflow, window), remedy=_advise_larger(window))


def describe_ending(reason: Reason, settings: Settings, window: Window) -> str:
    """An answer that did not end by itself, as an order to the model that tells people the limit."""
    if reason == "repetition":
        return "Answer with less: this answer repeated itself without end and was ended; what would follow is lost."
    context = f"its context of {window.tokens:,} tokens" if window.tokens else "its context size"
    return (
        f"Answer with less: this answer was cut off at the model server's limit, which is {context} (larger with "
        f"{window.switch}) or CODE_ASSISTANT_ANSWER_TOKENS={settings.answer_tokens}; what follows is lost."
    )


def explain_cut(settings: Settings, *, is_again: bool) -> ModelError:
    """An answer that was cut off and is not asked for once more: it would have no more room."""
    how = "again, though less was asked for" if is_again else "when it was to be corrected"
    why = f"the answer of {settings.model} was cut off {how}"
    return ModelError(why, "ask for one small piece at a time, or use a model with more room for its answer")


def _tell_overflow(overflow: Overflow, window: Window) -> str:
    tokens = overflow.window or window.tokens
    prompt = f"{overflow.prompt:,} tokens do" if overflow.prompt else "it does"
    return f"{prompt} not fit the model's context" + (f" of {tokens:,} tokens" if tokens else "")


def _advise_larger(window: Window) -> str:
    return f"make the context larger with {window.switch}, or lower CODE_ASSISTANT_CONTEXT_CHARS"


def _explain_status(error: openai.APIStatusError, where: str, settings: Settings) -> ModelError:
    said = _shorten(error.message)
    match error.status_code:
        case 401 | 403:
            return ModelError(f"{where} refused the key ({error.status_code})", "set a valid OPENAI_API_KEY")
        case 404:
            remedy = "check CODE_ASSISTANT_MODEL and OPENAI_BASE_URL, or set CODE_ASSISTANT_API=chat"
            return ModelError(f"{where} knows no model {settings.model!r} or no such API (404)", remedy)
        case 429:
            after_s = read_wait(error.response.headers.get("retry-after"))
            wait = "wait a little" if after_s is None else f"wait {after_s:g} s"
            return ModelError(f"{where} limits the rate (429): {said}", f"{wait} and call again, or check your quota")
        case 503 if "loading" in said.lower():
            return ModelError(f"{where} is still loading its model (503)", "call again in a minute")
        case status if status in _REMEDIES:
            why, remedy = _REMEDIES[status]
            return ModelError(f"{where} {why} ({status}): {said}", remedy)
        case status if status >= 500:
            return ModelError(f"{where} is in trouble ({status}): {said}", "try again later")
        case status:
            return ModelError(f"{where} refused the request ({status}): {said}", "check CODE_ASSISTANT_MODEL")


def read_wait(told: str | float | None) -> float | None:
    """The seconds that a server asks to wait for, where it is a time that can be waited for."""
    try:
        wait_s = float(told) if told is not None else -1.0
    except ValueError:
        return None  # a date
    return wait_s if math.isfinite(wait_s) and wait_s >= 0 else None


def is_refused(error: BaseException) -> bool:
    """True when nothing listens where the model server should be."""
    return any(isinstance(cause, ConnectionRefusedError) for cause in _walk_causes(error))


_CUT = ("RemoteProtocolError", "ReadError", "IncompleteRead")
"""The server was reached and then went away: the clients' names for it, whichever of them was used."""


def _has_cause(error: BaseException, *names: str) -> bool:
    return any(type(cause).__name__ in names for cause in _walk_causes(error))


def _walk_causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__
    while cause is not None:
        yield cause
        yield from cause.exceptions if isinstance(cause, BaseExceptionGroup) else ()  # one for each address of a name
        cause = cause.__cause__


def _shorten(text: str) -> str:
    return plain_line(text, 300)
