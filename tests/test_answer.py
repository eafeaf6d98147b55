"""What becomes of a model's answer that ignores the schema."""

from __future__ import annotations

import json

import pytest

from code_assistant.answer import read_answer, role_of

CODE = "def add(a, b):\n    return a + b\n"


def paths(text: str, language: str = "python") -> list[str]:
    return [file.path for file in read_answer(text, language).files]


def test_json_with_words_around_it_is_read() -> None:
    text = json.dumps({"files": [{"path": "a.py", "content": CODE}], "explanation": "Adds."})
    answer = read_answer(f"Sure.\n{text}\nDone.", "python")
    assert answer.files[0].content == CODE
    assert answer.explanation == "Adds."


@pytest.mark.parametrize(
    "value",
    [
        {"files": {"a.py": CODE}},
        {"path": "a.py", "content": CODE},
        {"files": [{"path": "a.py", "content": CODE, "unknown": 1}], "more": []},
    ],
)
def test_shapes_near_the_schema_are_read(value: object) -> None:
    answer = read_answer(json.dumps(value), "python")
    assert [(file.path, file.content) for file in answer.files] == [("a.py", CODE)]


def test_raw_newlines_inside_json_strings_are_forgiven() -> None:
    assert read_answer('{"files": [{"path": "a.py", "content": "x = 1\ny = 2\n"}]}', "python").files


@pytest.mark.parametrize(
    "text",
    [
        f"```python src/add.py\n{CODE}```",
        f"```python title=src/add.py\n{CODE}```",
        f"**src/add.py**\n\n```python\n{CODE}```",
        f"Create `src/add.py`:\n\n```python\n{CODE}```",
        f"```python\n# src/add.py\n{CODE}```",
        f"```src/add.py\n{CODE}```",
        f"<file>\n\nsrc/add.py\n\n```python\n{CODE}```\n</file>",
    ],
)
def test_the_path_is_found_near_a_fence(text: str) -> None:
    answer = read_answer(text, "python")
    assert [(file.path, file.content) for file in answer.files] == [("src/add.py", CODE)]


def test_fences_without_a_path_get_one() -> None:
    assert paths("```go\npackage a\n```\n\n```go\npackage b\n```", "go") == ["main.go", "main2.go"]


def test_a_fence_in_a_div_is_found() -> None:
    assert read_answer(f"<div>\n```python\n{CODE}```\n</div>", "python").files[0].content.strip() == CODE.strip()


def test_bare_code_is_taken_as_the_file() -> None:
    assert read_answer(CODE + "\n\nclass A:\n    pass\n", "python").files[0].path == "main.py"


@pytest.mark.parametrize(
    "text", ["", "I cannot do that.", "Use a for loop and add them.\n\nThat is all.", "{", "[]", "{}"]
)
def test_an_answer_without_code_has_no_files(text: str) -> None:
    assert read_answer(text, "python").files == []


def test_an_answer_that_was_cut_off_is_no_code() -> None:
    answer = read_answer('{"files": [{"path": "a.py", "content": "def add(a, b', "python")
    assert answer.files == []
    assert "cut off" in answer.explanation


def test_garbage_costs_no_time() -> None:
    assert read_answer('{"' * 500_000, "python").files == []


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("src/add.py", "source"),
        ("tests/test_add.py", "test"),
        ("add_test.go", "test"),
        ("AddTest.java", "test"),
        ("add.spec.ts", "test"),
        ("latest.py", "source"),
        ("README.md", "doc"),
    ],
)
def test_a_files_role_is_told_by_its_name(path: str, role: str) -> None:
    assert role_of(path) == role
