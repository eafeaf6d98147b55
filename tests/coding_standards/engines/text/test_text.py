"""The checks of the text itself: what a model leaves behind, and how a text is laid out.

The examples of each rule are in `builtin/rules/general.yml`; here are the places, the settings and the hard cases.
"""

from __future__ import annotations

import anyio
import anyio.to_thread
import pytest

from coding_standards.engines.source import CheckSettings, Source
from coding_standards.engines.text import engine as builtin
from coding_standards.languages import NAMES, find_language, language_of_path
from coding_standards.project.editorconfig import Layout
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError, parse_rules

SAMPLES = {
    "python": "a = 1\n",
    "javascript": "let a = 1;\n",
    "typescript": "let a: number = 1;\n",
    "java": "class A {}\n",
    "go": "package a\n",
    "rust": "fn a() {}\n",
    "sql": "SELECT 1;\n",
    "html": "<p>Text</p>\n",
    "css": "a { color: red; }\n",
}
COMMENTS = {"python": "# {}", "sql": "-- {}", "html": "<!-- {} -->", "css": "/* {} */"}


def rule(check: str) -> Rule:
    text = f"id: r\nengine: builtin\nmessage: M.\nitems: [GEN-001]\ncheck: {check}\n"
    return parse_rules(text, "team.yml")[0][0]


def run(check: str, code: str, path: str = "a.py", settings: CheckSettings | None = None) -> list[Finding]:
    language = language_of_path(path)
    assert language is not None
    return builtin.run(Source(code, language, path, None, settings or CheckSettings()), [rule(check)])


def lines(check: str, code: str, path: str = "a.py", settings: CheckSettings | None = None) -> list[int]:
    return [found.line for found in run(check, code, path, settings)]


def named(language: str) -> str:
    return f"a{find_language(language).suffixes[0]}"


@pytest.mark.parametrize("language", NAMES)
def test_a_fence_around_the_code_is_found_in_every_language(language: str) -> None:
    code = f"```{language}\n{SAMPLES[language]}```\n"
    assert 1 in lines("fences", code, named(language))
    assert lines("fences", SAMPLES[language], named(language)) == []


@pytest.mark.parametrize("language", NAMES)
def test_prose_around_the_code_is_found_in_every_language(language: str) -> None:
    before = f"Here is the code you asked for:\n\n{SAMPLES[language]}"
    after = f"{SAMPLES[language]}\nThis version keeps the result, so that it is computed once.\n"
    assert lines("prose", before, named(language)) == [1]
    assert lines("prose", after, named(language)) == [3]
    assert lines("prose", SAMPLES[language], named(language)) == []


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize(
    "text",
    [
        "... rest of the code unchanged",
        "rest of the file remains the same",
        "existing code here",
        "... existing code ...",
        "other methods unchanged",
        "your code here",
        "implementation goes here",
        "TODO: implement the rest",
        "(remaining styles omitted for brevity)",
        "...",
    ],
)
def test_elided_code_is_found_in_every_language(language: str, text: str) -> None:
    comment = COMMENTS.get(language, "// {}").format(text)
    assert lines("elision", f"{SAMPLES[language]}\n{comment}\n", named(language)) == [3]


@pytest.mark.parametrize(
    "text",
    [
        "The rest of the code assumes that the list is sorted.",
        "Existing code relies on this order.",
        "Other methods call this one.",
        "Add the remaining fragments, ignore wildcards.",
        "Keep the original file.",
        "The implementation is the same as in C.",
        "Insert here.",
        "and so on ...",
        "ellipsis (...) means any number",
    ],
)
def test_a_comment_that_only_mentions_other_code_is_none(text: str) -> None:
    assert lines("elision", f"# {text}\na = 1\n") == []


def test_dots_within_a_longer_comment_are_no_elision() -> None:
    assert lines("elision", "# first\n# ...\n# last\na = 1\n") == []


def test_a_leftover_is_found_in_a_crlf_file_too() -> None:
    assert lines("fences", "```python\r\na = 1\r\n```\r\n") == [1, 3]
    assert lines("merge_markers", "<<<<<<< HEAD\r\na = 1\r\n>>>>>>> x\r\n") == [1, 3]


@pytest.mark.parametrize(
    ("path", "code", "is_empty"),
    [
        ("a.py", "", True),
        ("a.py", "\ufeff\n", True),
        ("a.py", "# only this\n", True),
        ("pkg/__init__.py", "", False),
        ("a.pyi", "", False),
        ("a.css", "/* nothing */\n", True),
        ("a.html", "<!-- nothing -->\n", True),
        ("a.sql", "-- nothing\n", True),
        ("a.sql", "SELECT '--';\n", False),
        ("a.go", "// Package a is one.\npackage a\n", False),
    ],
)
def test_a_file_without_content_is_found(path: str, code: str, is_empty: bool) -> None:
    comments = run("empty\noptions: {comments: true}", code, path)
    assert bool(run("empty", code, path) or comments) is is_empty
    assert bool(comments) is (is_empty and "nothing" in code.replace("only this", "nothing"))


@pytest.mark.parametrize(
    ("comment", "is_bare"),
    [
        ("TODO", True),
        ("TODO: handle errors", True),
        ("FIXME later", True),
        ("see below. TODO: sort", True),
        ("TODO(ana): sort", False),
        ("TODO: #12 sort", False),
        ("TODO PROJ-3: sort", False),
        ("TODO: https://example.org/1", False),
        ("a list of TODO items", False),
        ("format XXX-XXX", False),
        ("todo list", False),
    ],
)
def test_a_marker_needs_a_ticket_or_an_owner(comment: str, is_bare: bool) -> None:
    assert bool(run("markers", f"a = 1  # {comment}\n")) is is_bare


@pytest.mark.parametrize(
    ("code", "place", "name"),
    [
        ("a = 'x\u202ey'\n", (1, 7), "U+202E right-to-left override"),
        ("\ufeffa = 1\nb\u200b = 2\n", (2, 2), "U+200B zero width space"),
        ("a = '\ud800'\n", (1, 6), "U+D800 lone surrogate"),
        ("a\0\n", (1, 2), "U+0000 control character"),
        ("a = 1\n\ufeffb = 2\n", (2, 1), "U+FEFF zero width no-break space"),
    ],
)
def test_a_hidden_character_is_named_and_placed(code: str, place: tuple[int, int], name: str) -> None:
    found = run("characters", code)
    assert [(one.line, one.column) for one in found] == [place]
    assert name in found[0].message


@pytest.mark.parametrize("code", ["\ufeffa = 1\r\n", "a = 'Grüße 👩‍💻'\n", "\t\f\na = 'می‌خواهم'\n"])
def test_letters_of_every_script_and_usual_white_space_are_clean(code: str) -> None:
    assert run("characters", code) == []


def test_the_agreed_line_length_is_used_and_zero_means_none() -> None:
    code = "total = " + " + ".join(["value"] * 12) + "\n"
    assert lines("line_length", code, settings=CheckSettings(line_length=80)) == [1]
    assert lines("line_length", code, settings=CheckSettings(line_length=110)) == []
    assert lines("line_length", code, settings=CheckSettings(line_length=0)) == []


@pytest.mark.parametrize(
    "line",
    [
        "# https://example.org/" + "a" * 120,
        "text = '" + "some words " * 12 + "'",
        "from package import " + ", ".join(["name"] * 30),
        "digest = " + "f" * 130,
    ],
)
def test_a_line_that_cannot_be_broken_may_be_long(line: str) -> None:
    assert lines("line_length", f"{line}\n") == []


def test_the_inside_of_a_string_has_its_own_layout() -> None:
    code = 'text = """\n' + "word " * 40 + "\n \tx  \n```\n<<<<<<< HEAD\n" + '"""\n'
    for check in ("line_length", "indentation", "white_space", "fences", "merge_markers"):
        assert lines(check, code) == [], check


def test_editorconfig_decides_on_indentation() -> None:
    code = "def f():\n\treturn 1\n"
    layout = Layout(indent_style="space", indent_size=4, sources=(("indent_style", ".editorconfig [*.py]"),))
    found = run("indentation", code, settings=CheckSettings(layout=layout))
    assert [one.line for one in found] == [2]
    assert ".editorconfig [*.py] wants spaces" in found[0].message
    assert lines("indentation", code) == []


def test_editorconfig_decides_on_the_width_of_a_step() -> None:
    code = "function f() {\n    if (a) {\n        b();\n    }\n}\n"
    two, four = CheckSettings(layout=Layout(indent_size=2)), CheckSettings(layout=Layout(indent_size=4))
    assert lines("indentation", code, "a.js", two) == [2]
    assert lines("indentation", code, "a.js", four) == []


def test_editorconfig_may_allow_white_space_at_the_end() -> None:
    layout = Layout(trim_trailing_whitespace=False, insert_final_newline=False)
    assert lines("white_space", "a = 1  ", settings=CheckSettings(layout=layout)) == []
    assert lines("white_space", "a = 1  ") == [1, 1]


def test_an_unknown_check_is_refused_and_the_known_are_listed() -> None:
    with pytest.raises(RuleError, match=r"team\.yml: r: unknown check 'fense'; known: .*fences"):
        builtin.compile_rule(rule("fense"), find_language("python"))


@pytest.mark.parametrize("path", ["a.py", "a.js", "a.html", "a.sql"])
@pytest.mark.parametrize("text", ["// ... ", "# TODO ", "/* . */", "The word ", "-- ... "])
async def test_one_line_of_100_kb_is_judged_within_seconds(path: str, text: str) -> None:
    language = language_of_path(path)
    assert language is not None
    source = Source(text * (100_000 // len(text)), language, path)
    with anyio.fail_after(30):
        await anyio.to_thread.run_sync(builtin.run, source, [rule(check) for check in builtin.CHECKS])
