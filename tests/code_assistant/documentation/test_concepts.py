"""What is asked about a library: one concept a question, and nothing about the other libraries of the request."""

from __future__ import annotations

import pytest

from code_assistant.documentation.concepts import MAX_CONCEPTS, split_concepts

LIST = "Build this with Next.js:\n- routing with a layout\n- sessions with iron-session\n2. caching of pages\n"


@pytest.mark.parametrize(
    ("request_", "library", "others", "concepts"),
    [
        ("Write an endpoint. Keep it short.", "fastapi", [], ("Write an endpoint. Keep it short.",)),
        (
            "Write a FastAPI endpoint. Cache its answers in Redis. Keep it short.",
            "fastapi==0.115",
            ["fastapi==0.115", "redis"],
            ("Write a FastAPI endpoint. Keep it short.",),
        ),
        (
            "Write a FastAPI endpoint. Cache its answers in Redis. Keep it short.",
            "redis",
            ["fastapi==0.115"],
            ("Cache its answers in Redis. Keep it short.",),
        ),
        ("Use Redis. Use Celery.", "flask", ["redis", "celery"], ("Use Redis. Use Celery.",)),
        (
            LIST,
            "next",
            ["iron-session"],
            ("routing with a layout with next", "caching of pages with next"),
        ),
        (
            LIST,
            "iron-session",
            ["next"],
            (
                "routing with a layout with iron-session",
                "sessions with iron-session",
                "caching of pages with iron-session",
            ),
        ),
        ("- one thing only", "x", [], ("- one thing only",)),
        ("Query with react-query. Render.", "@tanstack/react-query@5", [], ("Query with react-query. Render.",)),
    ],
)
def test_a_request_is_split_into_concepts(
    request_: str, library: str, others: list[str], concepts: tuple[str, ...]
) -> None:
    assert split_concepts(request_, library, others) == concepts


def test_a_long_list_is_asked_about_in_few_questions() -> None:
    request = "\n".join(f"* part {number}" for number in range(10))
    concepts = split_concepts(request, "flask")
    assert len(concepts) == MAX_CONCEPTS
    assert all(f"part {number}" in " ".join(concepts) for number in range(10))
