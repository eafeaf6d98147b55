"""A model server's reply, looked at before the client reads it: is it an answer of OpenAI's API at all?

Its one rule: only what cannot be an answer is refused, by its own name; what may be one is the client's to read.
Loaded late: it imports `openai`.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin, urlsplit

import openai

from code_assistant.text.plain import plain_line

_MAX_LOOKED_AT = 8_000_000
"""An answer of a few megabytes is the longest that is read at all."""
_SAME_METHOD = (307, 308)
_ANSWERS = {"/chat/completions": "choices", "/responses": "output", "/models": "data"}
"""The list that an answer of each API holds; servers without models say `null` there."""
_LOGIN = "check OPENAI_BASE_URL (it usually ends in /v1); a login page or a proxy may have answered in its place"


class ReplyError(openai.OpenAIError):
    """The server replied, and not with an answer; `why` goes on from the server's name."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy


class RefusedError(Exception):
    """The model, or its provider's filter, declined to answer; the text is what it said."""


async def refuse_what_is_no_answer(response: Any) -> None:
    """A hook of the HTTP client: look at each reply before anybody else does.

    Raises:
        ReplyError: it redirects elsewhere, or is no answer of this API.
    """
    if response.has_redirect_location:
        _refuse_redirect(str(response.request.url), response.headers["location"], response.status_code)
    holds = next((name for path, name in _ANSWERS.items() if response.request.url.path.endswith(path)), None)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if holds is None or response.status_code != 200:
        return
    if "html" in kind:
        raise ReplyError("answered with a web page instead of an answer of the API", _LOGIN)
    if "json" in kind:
        await response.aread()
        _refuse_body(response.content[:_MAX_LOOKED_AT], holds)


def refuse_failed(response: Any) -> None:
    """Raise `ReplyError` for a streamed response that ends by saying that it was given up."""
    if getattr(response, "status", None) in ("failed", "incomplete"):
        _refuse_status(response.model_dump())


def _refuse_redirect(asked: str, location: str, status: int) -> None:
    """The prompt goes to the server that was named; within it, only where the request stays as it is."""
    here, there = urlsplit(asked), urlsplit(urljoin(asked, location))
    is_here = (here.scheme, here.netloc) == (there.scheme, there.netloc)
    if not is_here or status not in _SAME_METHOD:
        shown = f"{there.scheme}://{there.netloc.rpartition('@')[2]}{there.path}"
        why = f"redirects ({status}) to {plain_line(shown)}, where nothing was sent"
        raise ReplyError(why, "name the server's final address in OPENAI_BASE_URL, if it is one that you trust")


def _refuse_body(body: bytes, holds: str) -> None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        if body.lstrip()[:1] == b"<":
            raise ReplyError("answered with a web page instead of an answer of the API", _LOGIN) from None
        return  # broken JSON is the client's to complain about
    if not isinstance(value, dict):
        shown = plain_line(json.dumps(value), 60)
        raise ReplyError(f"answered `{shown}`, which is no answer of the API", _LOGIN)
    _refuse_status(value)
    if value.get("error") and not value.get(holds):
        error = value["error"]
        said = error.get("message") if isinstance(error, dict) else error
        raise ReplyError(f"reported an error: {plain_line(str(said))}", "see what the model server says of it")
    if holds not in value or not isinstance(value[holds] or [], list) or (value[holds] is None and holds != "data"):
        raise ReplyError(f"answered with JSON that has no `{holds}`, which is no answer of the API", _LOGIN)


def _refuse_status(value: dict[str, Any]) -> None:
    """Words of the two APIs for an answer that was given up on purpose."""
    if value.get("status") == "failed":
        error = value.get("error") or {}
        code, said = plain_line(str(error.get("code") or "no code")), plain_line(str(error.get("message") or ""))
        raise ReplyError(f"gave up the answer (status failed, {code}): {said or 'no reason given'}", "try again")
    choices = value.get("choices") or [{}]
    first = choices[0] if isinstance(choices[0], dict) else {}
    reason = (value.get("incomplete_details") or {}).get("reason")
    if "content_filter" in (reason, first.get("finish_reason")):
        why = "stopped the answer by its content filter (content_filter)"
        raise ReplyError(why, "word the request differently, or use a model without this filter")
