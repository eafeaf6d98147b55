"""One cheap request to the model server that shows whether address and key are right: the list of its models."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from code_assistant.result import GenerationError
from code_assistant.settings import LOCAL_API_KEY, Settings

_ANSWER_S = 10.0
_WRONG_ADDRESS = "correct OPENAI_BASE_URL: it usually ends in /v1"


async def list_models(settings: Settings) -> tuple[GenerationError | None, tuple[str, ...]]:
    """What the server has, by name; or why it does not tell."""
    return await asyncio.to_thread(lambda: asyncio.run(_ask(settings)))  # what it imports takes a second


async def _ask(settings: Settings) -> tuple[GenerationError | None, tuple[str, ...]]:
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
            return GenerationError(f"{settings.served_by} has no `/models` (404)", _WRONG_ADDRESS), ()
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:  # the last three: a reply's form
            return explain(error, replace(settings, model_timeout_s=_ANSWER_S)), ()
    return None, tuple(str(model.id) for model in page.data or ())
