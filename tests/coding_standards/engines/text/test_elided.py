"""What tells a comment that stands for code from one that tells what the code does."""

from __future__ import annotations

import pytest

from coding_standards.engines.source import Source
from coding_standards.engines.text.engine import CHECKS
from coding_standards.engines.text.lines import Text
from coding_standards.languages import language_of_path


def elided(path: str, code: str) -> list[int]:
    language = language_of_path(path)
    assert language is not None
    return [hit.line for hit in CHECKS["elision"](Text(Source(code, language, path)))]


@pytest.mark.parametrize(
    "text",
    [
        "Other properties stay unchanged",
        "All other columns remain unchanged",
        "Original file stays unchanged",
        "The original function stays unchanged",
        "Write the remaining lines",
        "Add the remaining elements",
        "Insert the rest of the items",
        "Write the rest of the file",
        "Add the remainder",
        "Message truncated for brevity",
        "insert the actual content",
        "Repeat for the other axes",
        "Everything else stays the same",
        "same logic as before",
        "Keep existing handlers",
        "Other methods...",
        "Rest of the recommended palette",
        "--- Existing routes ---",
        "......",
        "...rest",
    ],
)
def test_a_comment_on_the_next_statement_is_none(text: str) -> None:
    assert elided("a.js", f"// {text}\nuse();\n") == []
    assert elided("a.py", f"# {text}\nuse()\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "[existing code]",
        "<existing imports>",
        "--- existing code ---",
        "Keep existing code",
        "The rest of the implementation follows the same pattern",
        "Existing methods remain unchanged",
        "Similar methods for other entities...",
        "... and so on",
        "... handle other cases",
        "... (other methods)",
        "Error handling omitted for brevity",
        "(Other types omitted for brevity; paste the full list here)",
        "Add your logic here",
    ],
)
def test_a_comment_in_place_of_code_is_one_though_a_statement_follows(text: str) -> None:
    assert elided("a.js", f"// {text}\nuse();\n") == [1]
    assert elided("a.sql", f"-- {text}\nSELECT 1;\n") == [1]


@pytest.mark.parametrize(
    "text",
    [
        "everything else omitted",
        "Repeat for other fields",
        "(unchanged)",
        "Add the rest of the logic",
        "Rest of the ViewModel...",
        "Other methods for talking to a peer...",
        "remaining columns omitted",
        "rest of the component",
    ],
)
def test_a_comment_that_may_be_either_is_one_where_its_block_ends(text: str) -> None:
    assert elided("a.js", f"class A {{\n  a() {{}}\n  // {text}\n}}\n") == [3]
    assert elided("a.py", f"def f():\n    a()\n    # {text}\n\n\ndef g():\n    b()\n") == [3]
    assert elided("a.js", f"class A {{\n  // {text}\n  a() {{}}\n}}\n") == []


def test_what_stays_the_same_is_data_behind_statements_and_code_among_definitions() -> None:
    assert elided("a.py", "def f():\n    a()\n    # Everything else stays the same.\n") == []
    assert elided("a.py", "def f():\n    # Everything else stays the same.\n") == [2]
    assert elided("a.py", "def f():\n    a()\n    # rest unchanged\n") == [3]
    assert elided("a.py", "def f():\n    a()\n    # [everything else stays the same]\n") == [3]
    assert elided("a.py", "class A:\n    a = 1\n    # Everything else stays the same.\n") == [3]
    assert elided("a.js", "a();\n// Everything else stays the same.\n") == [2]


def test_a_heading_over_a_blank_line_is_none_and_a_sentence_there_is_one() -> None:
    assert elided("a.js", "// Rest of the file\n\nuse();\n") == []
    assert elided("a.js", "// Repeat for the other fields\n\nuse();\n") == []
    assert elided("a.js", "// The rest stays the same\n\nuse();\n") == [1]


@pytest.mark.parametrize("path", ["a.js", "a.tsx"])
def test_a_comment_in_the_braces_of_jsx_or_of_a_block_stands_alone(path: str) -> None:
    assert elided(path, "const A = () => (\n  <div>\n    {/* ... existing code ... */}\n    <p />\n  </div>\n);\n") == [
        3
    ]
    assert elided(path, "const A = () => <div>{/* rest of the component */}</div>;\n") == [1]
    assert elided(path, "const A = () => <div>{/* Header */}<p /></div>;\n") == []
    assert elided(path, "function f() { /* ... */ }\n") == [1]
    assert elided(path, "wait().catch(() => { /* ignore */ });\n") == []


@pytest.mark.parametrize(
    ("path", "code", "line"),
    [
        ("a.js", "/*\n * ... existing code ...\n */\nuse();\n", 1),
        ("a.css", "/*\n   rest of the styles\n   remain unchanged\n*/\na { color: red; }\n", 1),
        ("a.html", "<p>Text</p>\n<!--\n  ... existing code ...\n-->\n", 2),
        ("a.html", "<script>\nuse();\n// ... existing code ...\n</script>\n", 3),
        ("a.html", "<style>\n/* rest of the styles unchanged */\n</style>\n", 2),
    ],
)
def test_comments_of_several_lines_and_those_of_scripts_are_read_whole(path: str, code: str, line: int) -> None:
    assert elided(path, code) == [line]


def test_beside_code_only_dots_and_the_rest_of_something_count() -> None:
    assert elided("a.js", "use(); // ... rest of the code unchanged\n") == [1]
    assert elided("a.py", "def f():\n    pass  # existing code here\n") == [2]
    assert elided("a.py", "def f(): ...  # existing code here\n") == [1]
    for text in ("unchanged", "... unchanged", "...rest", "existing code here", "... and more"):
        assert elided("a.js", f"use(); // {text}\n") == [], text


def test_an_example_within_documentation_may_leave_code_out() -> None:
    assert elided("a.rs", "/// ```\n///     // Your handler here\n/// ```\nfn f() {}\n") == []
    assert elided("a.js", "// Use it so:\n//   a();\n//   ... rest of the function ...\n//   b();\na();\n") == []


def test_a_sentence_of_several_lines_is_not_taken_apart() -> None:
    assert (
        elided("a.js", "// The order matters, and\n// the rest of the code stays the same\n// for both.\nuse();\n")
        == []
    )
