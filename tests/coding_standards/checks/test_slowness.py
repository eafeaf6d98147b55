"""Code that keeps a parser for seconds is known beforehand, ordinary code is not taken for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from coding_standards.engines.slowness import MAX_INLINE_CHARS, is_quick
from coding_standards.engines.source import Source
from coding_standards.languages import NAMES, find_language

HERE = Path(__file__).parents[2]
FUNCTION = "def area(width, height):\n    return width * height\n\n\n"


def is_checked_at_once(code: str, name: str, path: str | None = None) -> bool:
    language = find_language(name)
    return is_quick(code, language, Source(code, language, path).grammar)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("java", "a<"),
        ("java", "a<\n"),
        ("sql", "a."),
        ("sql", "a is "),
        ("javascript", "->"),
        ("javascript", "} + "),
        ("typescript", "-> "),
        ("go", "->"),
        ("go", "case a:"),
        ("python", "<-"),
        ("css", "=>"),
        ("rust", "*]"),
    ],
)
def test_code_that_keeps_a_parser_for_seconds_is_none_for_the_servers_own_process(name: str, text: str) -> None:
    code = (text * MAX_INLINE_CHARS)[:MAX_INLINE_CHARS]
    assert not is_checked_at_once(code, name)


def test_it_is_found_wherever_it_stands_and_in_every_grammar() -> None:
    arrows = "->" * 600
    assert not is_checked_at_once(FUNCTION * 100 + arrows, "go")
    assert not is_checked_at_once(arrows + FUNCTION * 100, "go")
    assert not is_checked_at_once("\ud800" + "->" * 2_000, "typescript", "a.tsx")


def test_ordinary_code_is_checked_without_a_process() -> None:
    java = "class A {\n" + "    List<Map<String, Integer>> f() { return g.h(a < b); }\n" * 330 + "}\n"
    sql = "SELECT a.b, c.d FROM a JOIN c ON a.id = c.id WHERE a.x < 3;\n" * 300
    assert is_checked_at_once(java, "java")
    assert is_checked_at_once(sql, "sql")
    assert is_checked_at_once(FUNCTION * 300, "python")
    for file in HERE.glob("*.py"):
        assert is_checked_at_once(file.read_text(encoding="utf-8")[:MAX_INLINE_CHARS], "python"), file.name


@pytest.mark.parametrize("name", NAMES)
def test_short_and_empty_texts_are_quick_in_every_language(name: str) -> None:
    for text in ("", "x", "->" * 100, "\n" * 5_000):
        assert is_checked_at_once(text, name)
