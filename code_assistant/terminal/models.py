"""One cheap request to the model server that shows whether address and key are right: the list of its models."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from code_assistant.settings import LOCAL_API_KEY, Settings

_ANSWER_S = 10.0


@dataclass(frozen=True)
class Failure:
    """Why the server did not answer, and what helps."""

    why: str
    remedy: str


async def list_models(settings: Settings) -> tuple[Failure | None, tuple[str, ...]]:
    """What the server has, by name; or why it does not tell."""
    return await asyncio.to_thread(_list, settings)


def _list(settings: Settings) -> tuple[Failure | None, tuple[str, ...]]:
    """In a thread: what it imports takes a second."""
    return asyncio.run(_ask(settings))


async def _ask(settings: Settings) -> tuple[Failure | None, tuple[str, ...]]:
    import openai  # late, as everything that imports the Agents SDK

    from code_assistant.model.error import explain
    from code_assistant.model.reply import refuse_what_is_no_answer

    http_client = openai.DefaultAsyncHttpxClient(event_hooks={"response": [refuse_what_is_no_answer]})
    async with openai.AsyncOpenAI(
        api_key=settings.api_key or LOCAL_API_KEY,
        base_url=settings.base_url,
        http_client=http_client,
        timeout=_ANSWER_S,
        max_retries=0,
    ) as client:
        try:
            page = await client.models.list()
        except openai.NotFoundError:
            return Failure(f"{settings.served_by} has no `/models` (404)", _WRONG_ADDRESS), ()
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:  # the last three: a reply's form
            known = explain(error, replace(settings, model_timeout_s=_ANSWER_S))
            return Failure(known.why, known.remedy), ()
    return None, tuple(str(model.id) for model in page.data or ())


_WRONG_ADDRESS = "correct OPENAI_BASE_URL: it usually ends in /v1"
