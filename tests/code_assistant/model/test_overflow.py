"""What model servers say when a prompt is too long, in their own words, and what they say of other things."""

from __future__ import annotations

import httpx2
import openai
import pytest

from code_assistant.model.error import explain_overflow
from code_assistant.model.window import Overflow, Window, read_overflow
from code_assistant.settings import Settings


def refused(said: str, body: object = None, status: int = 400) -> openai.APIStatusError:
    request = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")
    return openai.APIStatusError(said, response=httpx2.Response(status, request=request), body=body)


@pytest.mark.parametrize(
    ("said", "overflow"),
    [
        ("request (5033 tokens) exceeds the available context size (4096 tokens), try increasing it", (5033, 4096)),
        (
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 9,000 tokens.",
            (9000, 8192),
        ),
        (
            "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens "
            "(4900 in the messages, 100 in the completion).",
            (4900, 4096),
        ),
        (
            "'max_tokens' or 'max_completion_tokens' is too large: 8192. This model's maximum context length is 8192 "
            "tokens and your request has 1500 input tokens (8192 > 8192 - 1500).",
            (1500, 8192),
        ),
        (
            "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with "
            "context length of only 4096 tokens, which is not enough.",
            (None, 4096),
        ),
        ("input length exceeds maximum context length", (None, None)),
    ],
)
def test_each_servers_words_are_understood(said: str, overflow: tuple[int | None, int | None]) -> None:
    assert read_overflow(refused(said)) == Overflow(*overflow)


def test_the_numbers_of_the_body_are_better_than_the_words() -> None:
    body = {"type": "exceed_context_size_error", "n_prompt_tokens": 5033, "n_ctx": 4096}
    assert read_overflow(refused("too long", body)) == Overflow(5033, 4096)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("tools are not supported", 400),
        ("response_format is not supported", 400),
        ("max_tokens is too large: 32768. This model supports at most 16384 completion tokens", 400),
        ("the context length of this plan is used up", 402),
    ],
)
def test_other_refusals_are_not_taken_for_it(said: str, status: int) -> None:
    assert read_overflow(refused(said, status=status)) is None


def test_the_error_says_the_numbers_the_setting_and_the_servers_own_switch() -> None:
    settings = Settings(model="m", base_url="http://127.0.0.1:8080/v1", environ={})
    told = str(explain_overflow(Overflow(5033, 4096), Window(4096, "llama.cpp"), settings))
    assert all(word in told for word in ("5,033", "4,096", "CODE_ASSISTANT_CONTEXT_CHARS", "`-c` of llama-server"))
    told = str(explain_overflow(Overflow(), Window(), settings))
    assert all(word in told for word in ("OLLAMA_CONTEXT_LENGTH", "num_ctx", "--max-model-len", "LM Studio"))
