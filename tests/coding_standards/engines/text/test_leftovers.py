"""Fences, prose and piped downloads where they are hard to tell from good code."""

from __future__ import annotations

import pytest

from coding_standards.engines.source import Source
from coding_standards.engines.text.engine import CHECKS
from coding_standards.engines.text.lines import Text
from coding_standards.languages import NAMES, find_language, language_of_path

SCRIPT = "const a = 1;\nexport default a;\n"
DOWNLOAD = "curl -fsSL https://example.org/i.sh"


def lines(name: str, code: str, path: str = "a.py") -> list[int]:
    language = language_of_path(path)
    assert language is not None
    return [hit.line for hit in CHECKS[name](Text(Source(code, language, path)))]


@pytest.mark.parametrize("path", ["a.js", "a.ts", "a.tsx"])
@pytest.mark.parametrize(
    "info", ["", "ts", 'ts title="a.ts"', "ts src/a.ts", "tsx {1,3}", "js file=a.js", "ts:src/a.ts"]
)
@pytest.mark.parametrize("mark", ["```", "~~~", "````"])
def test_a_fence_around_a_script_is_found_whatever_stands_behind_the_language(path: str, info: str, mark: str) -> None:
    assert lines("fences", f"{mark}{info}\n{SCRIPT}{mark}\n", path) == [1, 4]


def test_a_fence_that_parses_as_a_template_string_is_found_with_text_around_it() -> None:
    assert lines("fences", f"Here it is:\n\n```ts title=x\n{SCRIPT}```\n\nIt works.\n", "a.ts") == [3, 6]
    assert lines("fences", f"```ts a.ts\n{SCRIPT}```\n```ts b.ts\n{SCRIPT}```\n", "a.ts") == [1, 4, 5, 8]


def test_a_fence_in_a_string_of_a_wrapped_file_stays() -> None:
    assert lines("fences", '```python title="a.py"\ntext = """\n```\n"""\n```\n') == [1, 5]
    assert lines("fences", "const text = `\n\\`\\`\\`js\n`;\n", "a.js") == []


@pytest.mark.parametrize("name", ["fences", "prose", "merge_markers"])
def test_a_string_of_sql_over_several_lines_is_content(name: str) -> None:
    text = "Hello\n```js\nuse();\n```\n<<<<<<< HEAD\nThis table holds all of the users.\n"
    assert lines(name, f"INSERT INTO t VALUES ('{text}');\n", "a.sql") == []
    assert lines(name, f"INSERT INTO t VALUES (E'it\\'s {text}');\n", "a.sql") == []


def test_the_body_of_a_function_in_sql_is_code_and_an_apostrophe_opens_no_string() -> None:
    body = "CREATE FUNCTION f() AS $$\n<<<<<<< HEAD\nSELECT 1;\n$$;\n"
    assert lines("merge_markers", body, "a.sql") == [2]
    assert lines("fences", "Here's the query:\n```sql\nSELECT 'a';\n```\nIt's short.\n", "a.sql") == [2, 4]
    assert lines("fences", "SELECT a LIKE b ESCAPE '\\';\n```\nSELECT 'a';\n", "a.sql") == [2]


def test_a_backslash_at_the_end_of_a_value_in_sql_escapes_nothing() -> None:
    assert lines("fences", "INSERT INTO t VALUES ('C:\\', 'a');\n```\nSELECT 'b';\n", "a.sql") == [2]


def test_a_page_that_shows_a_conflict_is_none() -> None:
    shown = "<pre>\n&lt;&lt;&lt;&lt;&lt;&lt;&lt; HEAD\n=======\n>>>>>>> branch\n</pre>\n"
    assert lines("merge_markers", shown, "a.html") == []
    assert lines("merge_markers", "<p>\n<<<<<<< HEAD\n=======\n>>>>>>> branch\n</p>\n", "a.html") == [2, 4]


@pytest.mark.parametrize(
    "code",
    [
        "<p>Hello</p>\nThanks for reading this page.\n",
        "Thanks for reading this page.\n<p>Hello</p>\n",
        "<h1>Menu</h1>\nHere are the dishes of today:\n",
        "<h1>Shop</h1>\nNote that we are closed on Sundays.\n",
        "{% block a %}\nNote that we are closed.\n{% endblock %}\n",
    ],
)
def test_a_piece_of_a_page_may_begin_and_end_with_its_words(code: str) -> None:
    assert lines("prose", code, "a.html") == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("Here is the page:\n<p>Text</p>\n", [1]),
        ("Sure! Here you are:\n\n<p>Text</p>\n", [1]),
        ("<p>Text</p>\n\n**Key points:**\n- a\n- b\n- c\n- d\n", [3]),
        ("<html><body><p>Text</p></body></html>\nThe page uses semantic elements only.\n", [2]),
    ],
)
def test_what_talks_of_the_page_is_found(code: str, found: list[int]) -> None:
    assert lines("prose", code, "a.html") == found


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("a.jsx", "const A = () => <p>\n  Here is the text of it.\n</p>;\n"),
        ("a.tsx", "const A = () => <p>\n  Here is the text of it.\n</p>;\n"),
        ("a.py", "class A:\n    explanation: str\n"),
        ("a.py", "import sure\n\nsure.enable()\n"),
    ],
)
def test_words_of_a_component_and_names_that_look_like_chat_are_code(path: str, code: str) -> None:
    assert lines("prose", code, path) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("a.rs", "//! What the crate is for.\n"),
        ("a.rs", "/*! What the crate is for. */\n"),
        ("a.d.ts", '/// <reference types="vite/client" />\n'),
        ("a.js", "/** @typedef {{ name: string }} User A user. */\n"),
    ],
)
def test_comments_that_are_content_do_not_make_an_empty_file(path: str, code: str) -> None:
    assert lines("empty", code, path) == []


@pytest.mark.parametrize(
    "script",
    [
        "#!/bin/sh\nset -e\n{} | sh\n",
        "\nset -e\napt-get update\n{} | sh\n",
        "#!/bin/bash\nif ! command -v docker; then\n  {} | sh\nfi\n",
        "cd /tmp && {} | sh",
        "sudo apt-get update -y && sudo apt-get install -y curl; {} | sudo bash",
        "command -v rustup || {} | sh -s -- -y",
        "FROM debian\nRUN apt-get update && {} | bash -\n",
        "{} | python3",
        "{} | python3 - --version 1",
        "{} | perl -",
        "set -e\\n{} | sh\\n",
    ],
)
def test_a_script_that_runs_a_download_is_found(script: str) -> None:
    assert lines("piped_shell", f"run('''{script.format(DOWNLOAD)}''')\n") == [1]


@pytest.mark.parametrize(
    "text",
    [
        "Install it with:\n\n    {} | sh\n\nThen restart.\n",
        "to install it, run:\\n  {} | sh",
        "usage: tool [-h]\n\nrun: {} | sh\n",
        "# Install\n\n```sh\n{} | sh\n```\n",
        "error: rust is missing\n\n    {} | sh\n",
        "First update && {} | sh",
        "{} | python -m json.tool",
        "{} | python3 parse.py",
        "{} | perl -pe s/a/b/",
    ],
)
def test_a_text_that_shows_the_command_or_reads_what_is_downloaded_is_none(text: str) -> None:
    assert lines("piped_shell", f"show('''{text.format(DOWNLOAD)}''')\n") == []


def test_a_raw_string_of_rust_and_of_go_is_read_line_by_line() -> None:
    assert lines("piped_shell", f'const S: &str = r#"#!/bin/sh\n{DOWNLOAD} | sh\n"#;\n', "a.rs") == [1]
    assert lines("piped_shell", f"package a\n\nvar s = `set -e\n{DOWNLOAD} | sh\n`\n", "a.go") == [3]


@pytest.mark.parametrize("language", NAMES)
def test_brackets_without_end_do_not_stop_the_checks(language: str) -> None:
    code = "(" * 3_000 + "\n```\n// ... rest\n"
    for suffix in find_language(language).suffixes:
        source = Source(code, find_language(language), f"a{suffix}")
        for one in CHECKS.values():
            list(one(Text(source)))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("a.sql", "INSERT INTO t (a" + ", a" * 300 + ") VALUES;"),
        ("a.sql", "'" + "\\'" * 90_000),
        ("a.py", "```" + " " * 190_000 + "("),
        ("a.py", "run('" + "cd a && " * 24_000 + "curl x')"),
        ("a.py", "# ...\n" * 30_000),
        ("a.html", "<script>" + "'/*" * 60_000 + "</script>"),
    ],
)
def test_a_hostile_text_is_judged_at_once(path: str, code: str) -> None:
    language = language_of_path(path)
    assert language is not None
    text = Text(Source(code, language, path))
    for name in ("fences", "prose", "elision", "piped_shell", "merge_markers", "empty"):
        list(CHECKS[name](text))
