"""What becomes of a model's answer that ignores the schema."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from code_assistant.model.answer import MAX_ANSWER_CHARS, MAX_FILES, Answer, derive_role, read_answer
from code_assistant.result import GeneratedFile

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


@pytest.mark.parametrize(
    ("within", "paths"),
    [
        ("let a = 1;\n\n// a.test.js\nf(a);\n", ["a.js", "a.test.js"]),
        ("let a = 1;\n\n/* a.css */\n/* a.css */\nb {}\n\n# c.py\nx = 1\n", ["a.js", "a.css", "c.py"]),
        ("let a = 1;\n\n// lib/b.js\nf(a);\n", ["a.js", "lib/b.js"]),
        ("let a = 1;\n\n// b.js\nf(a);\n\n// Express.js\ng();\n\n  // c.py\nh();\n", ["a.js"]),  # headings
        ("let a = 1;\nlet b = `\n\n-- b.sql\nSELECT 1;\n`;\n", ["a.js"]),  # within a string
        ("let a = 1;\n\n// a.js\nf(a);\n", ["a.js"]),  # its own name again
        ("let a = 1;\n// a.test.js\nf(a);\n", ["a.js"]),  # a comment on the line above
        ("let a = 1;\n\n// see b.js\n\n// settings.yaml\nf(a);\n\n// b.js", ["a.js"]),
    ],
)
def test_a_block_goes_on_with_the_next_file_behind_its_path(within: str, paths: list[str]) -> None:
    answer = read_answer(f"`a.js`\n\n```js\n{within}```\n", "javascript")
    assert [file.path for file in answer.files] == paths
    assert answer.files[0].content.startswith("let a = 1;\n")


def test_a_fence_in_a_div_is_found() -> None:
    assert read_answer(f"<div>\n```python\n{CODE}```\n</div>", "python").files[0].content.strip() == CODE.strip()


def test_bare_code_is_taken_as_the_file() -> None:
    assert read_answer(CODE + "\n\nclass A:\n    pass\n", "python").files[0].path == "main.py"


@pytest.mark.parametrize(
    "text", ["", "I cannot do that.", "Use a for loop and add them.\n\nThat is all.", "{", "[]", "{}"]
)
def test_an_answer_without_code_has_no_files(text: str) -> None:
    assert read_answer(text, "python").files == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [("def add(a, b", "def add(a, b"), (r"x = 1\n\u00e", "x = 1\n"), ("x = 1\\", "x = 1"), (r"x\\", "x\\")],
)
def test_of_an_answer_that_was_cut_off_in_its_first_file_the_beginning_is_kept(written: str, kept: str) -> None:
    answer = read_answer('{"files": [{"path": "a.py", "content": "' + written, "python")
    assert [(file.path, file.content) for file in answer.files] == [("a.py", kept)]
    assert "cut off" in answer.problems[0]
    assert "inside a.py" in answer.problems[0]


def test_an_answer_without_code_is_kept_in_its_own_words() -> None:
    assert read_answer('{"files": [], "explanation": ""}', "python").explanation == '{"files": [], "explanation": ""}'
    assert read_answer("I cannot do that.", "python").explanation == "I cannot do that."


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("Dockerfile", "text"),
        ("conf/settings.yaml", "yaml"),
        ("a.py", "python"),
        ("main", "python"),
    ],
)
def test_a_files_language_is_told_by_its_path(path: str, language: str) -> None:
    (file,) = read_answer(json.dumps({"files": [{"path": path, "content": CODE}]}), "python").files
    assert (file.language or "python") == language


def three(**unusual: Any) -> str:
    """An answer of three files; the last one is unusual in some field."""
    files: list[dict[str, Any]] = [{"path": f"{name}.py", "role": "source", "content": CODE} for name in "abc"]
    return json.dumps({"files": [*files[:2], files[2] | unusual], "explanation": "Adds."})


@pytest.mark.parametrize(
    "unusual",
    [
        {"role": "config"},
        {"role": None},
        {"role": 1},
        {"language": None},
        {"language": []},
        {"content": [CODE.strip()]},
    ],
)
def test_one_unusual_field_costs_no_file(unusual: dict[str, Any]) -> None:
    answer = read_answer(three(**unusual), "python")
    assert [file.path for file in answer.files] == ["a.py", "b.py", "c.py"]
    assert answer.files[2].role == "source"
    assert answer.problems == ()


@pytest.mark.parametrize("explanation", [None, 5, ["Adds."], {"what": "Adds."}])
def test_an_unusual_explanation_costs_no_file(explanation: object) -> None:
    value = json.loads(three()) | {"explanation": explanation}
    assert len(read_answer(json.dumps(value), "python").files) == 3


@pytest.mark.parametrize("entry", [None, 7, "c.py", {}, {"path": "c.py"}, {"path": "c.py", "content": None}])
def test_an_entry_that_is_no_file_costs_no_other_and_is_told(entry: object) -> None:
    value = {"files": [*json.loads(three())["files"][:2], entry]}
    answer = read_answer(json.dumps(value), "python")
    assert [file.path for file in answer.files] == ["a.py", "b.py"]
    assert "entry 3 of `files` has no content" in answer.problems[0]


def test_a_file_whose_content_came_as_an_object_is_written_as_json() -> None:
    answer = read_answer(json.dumps({"files": [{"path": "a.json", "content": {"b": 1}}]}), "python")
    assert json.loads(answer.files[0].content) == {"b": 1}


def test_more_files_than_there_may_be_are_left_out_and_named() -> None:
    files = [{"path": f"f{number}.py", "content": CODE} for number in range(MAX_FILES + 1)]
    answer = read_answer(json.dumps({"files": files}), "python")
    assert [file.path for file in answer.files] == [f"f{number}.py" for number in range(MAX_FILES)]
    assert "f40.py" in answer.problems[0]


@pytest.mark.parametrize("ahead", ["", "Sure:\n\n", "```json\n", "Sure:\n```json\n"])
def test_an_answer_that_was_cut_off_keeps_its_complete_files_and_says_so(ahead: str) -> None:
    text = ahead + three()
    answer = read_answer(text[: text.index("c.py") + 40], "python")
    assert [file.path for file in answer.files] == ["a.py", "b.py"]
    assert "cut off" in answer.problems[0]
    assert "after b.py" in answer.problems[0]


def test_a_mark_that_breaks_the_json_costs_only_what_follows() -> None:
    answer = read_answer(three().replace('c.py"', '"c.py"'), "python")
    assert [file.path for file in answer.files] == ["a.py", "b.py"]
    assert answer.problems


@pytest.mark.parametrize("joined", ["[{}, {}]", "{}\n{}", "```json\n{}\n```\n\n```json\n{}\n```"])
def test_files_one_after_the_other_are_all_read(joined: str) -> None:
    files = [json.dumps({"path": path, "content": CODE}) for path in ("a.py", "b.py")]
    assert paths(joined.replace("{}", files[0], 1).replace("{}", files[1], 1)) == ["a.py", "b.py"]


def test_an_object_within_the_code_is_not_taken_for_the_answer() -> None:
    code = 'DATA = {"path": "x.py", "content": "y"}\nMORE = {"files": []}\n'
    answer = read_answer(f"Create `a.py`:\n\n```python\n{code}```\n", "python")
    assert [(file.path, file.content) for file in answer.files] == [("a.py", code)]


def test_a_configuration_that_lists_files_is_code() -> None:
    config = '{"files": ["a.ts"], // the rest follows\n}\n'
    assert paths(f"```json tsconfig.json\n{config}```\n\n```ts a.ts\nlet a = 1;\n```", "typescript") == [
        "tsconfig.json",
        "a.ts",
    ]


def test_names_of_files_are_not_taken_for_files() -> None:
    package = '{"name": "a", "files": ["dist"]}'
    assert paths(f"```json\n{package}\n```\n\n```js a.js\nlet a = 1;\n```", "javascript") == ["a.js"]


def test_code_whose_fence_has_no_end_is_kept_and_told() -> None:
    answer = read_answer(f"```python a.py\n{CODE}", "python")
    assert answer.files[0].content == CODE
    assert "has no end" in answer.problems[0]


def test_a_fence_within_the_code_does_not_end_it() -> None:
    code = 'def a():\n    """\n    ```\n    x\n    ```\n    """\n'
    assert read_answer(f"- Here:\n  ````python a.py\n  ```\n  ````\n\n```python b.py\n{code}```", "python") == Answer(
        files=[
            GeneratedFile(path="a.py", language="python", role="source", content="```\n"),
            GeneratedFile(path="b.py", language="python", role="source", content=code),
        ],
        explanation="- Here:",
    )


@pytest.mark.parametrize("text", [three(), f"Half \ud83d.\n\n```python\n{CODE}X = '\ud83d'\n```"])
def test_half_a_character_becomes_a_mark_that_can_be_written(text: str) -> None:
    answer = read_answer(text.replace("return", "\\ud83d" if text.startswith("{") else "\ud83d"), "python")
    assert "\ufffd" in answer.files[0].content
    assert answer.model_dump_json()


def test_an_answer_that_is_too_long_is_said_to_be_read_in_part() -> None:
    answer = read_answer(f"```python\n{CODE}```\n" + "x" * MAX_ANSWER_CHARS, "python")
    assert len(answer.files) == 1
    assert "was not read" in answer.problems[0]


HOSTILE_CHARS = 60_000
LINEAR_S = 5.0
"""What is linear takes a fraction of a second for this much; what is quadratic takes many."""
SHAPES = [
    *[
        '{"',
        "a",
        "a/",
        "a.",
        ".",
        " ",
        "\n",
        "* a\n",
        "> ",
        "- ",
        "1. ",
        "\n# a.py\n\n# b.py\n",
        "`",
        "```",
        "~~~\n",
        "```a\n",
        "[",
        "{",
        "\\",
    ],
    *[
        '{"files":[',
        '{"files":[{',
        '{"files":[{"path":"a","content":"b"},',
        '"files" ',
        "{ ",
        "{}",
        '{"a":',
        "<div>\n",
        "; ",
    ],
    *[
        '{"explanation":"',
        "#",
        "# a.py ",
        "-- ",
        "<!-- ",
        "/* ",
        "test/",
        "_test",
        "é",
        "\ud83d",
        "\x00",
        ": ",
        "\t",
        "*",
        "_a",
    ],
]
FRAMES = ["{}", "Words {}", "x {}\n\n```python\ny = 1\n```", "```python {}\ny = 1\n```", "```{}\ny = 1\n```"]
FRAMES += [
    "```python\n{}\n```",
    "```python\n# {}\ny = 1\n```",
    '{"files": [{"path": "{}", "content": "{}"}]}',
    '{"files": {}',
]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_hostile_answer_costs_no_more_than_its_length(shape: str) -> None:
    hostile = shape * (HOSTILE_CHARS // len(shape))
    for frame in FRAMES:
        before = time.process_time()
        read_answer(frame.replace("{}", hostile), "python")
        derive_role(hostile)
        assert time.process_time() - before < LINEAR_S, frame


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
    assert derive_role(path) == role


@pytest.mark.parametrize(
    "beside",
    [
        "Install it:\n\n```bash\npip install fastapi\n```",
        "Install and run app.py:\n\n```sh\npython app.py\n```",
        "It prints:\n\n```text\n3\n```",
        '```json\n{"sum": 3}\n```',
        "```\n$ python app.py\n```",
        "```\nproject/\n├── app.py\n└── tests/\n```",
        "```dockerfile\nFROM python:3.12\n```",
    ],
)
def test_commands_outputs_and_samples_beside_the_code_stay_in_the_explanation(beside: str) -> None:
    for text in (
        f"**app.py**\n\n```python\n{CODE}```\n\n{beside}\n",
        f"{beside}\n\n**app.py**\n\n```python\n{CODE}```",
    ):
        answer = read_answer(text, "python")
        assert [(file.path, file.content) for file in answer.files] == [("app.py", CODE)]
        assert beside.partition("```")[2].strip().splitlines()[-1] in answer.explanation


@pytest.mark.parametrize(
    ("text", "path", "language", "role"),
    [
        ("**requirements.txt**\n\n```\nfastapi\n```", "requirements.txt", "text", "doc"),
        ("### 2. `Dockerfile`\n\n```dockerfile\nFROM a\n```", "Dockerfile", "dockerfile", "source"),
        ("The settings, config.yaml:\n\n```yaml\na: 1\n```", "config.yaml", "yaml", "source"),
        ("File: `run.sh`\n\n```bash\nset -e\n```", "run.sh", "bash", "source"),
        ("```tsx\nconst a = 1;\n```", "main2.ts", "typescript", "source"),
    ],
)
def test_other_files_are_taken_under_the_path_that_is_given_and_in_their_own_language(
    text: str, path: str, language: str, role: str
) -> None:
    answer = read_answer(f"```python app.py\n{CODE}```\n\n{text}\n", "python")
    assert [(file.path, file.language, file.role) for file in answer.files[1:]] == [(path, language, role)]


def test_a_block_with_a_vague_label_is_code_where_there_is_no_other() -> None:
    assert paths(f"```text\n{CODE}```") == ["main.py"]
    assert paths("Run:\n\n```bash\npip install x\n```") == []


def test_what_a_model_calls_problems_is_none_of_ours() -> None:
    answer = read_answer(
        json.dumps({"files": [{"path": "a.py", "content": CODE}], "problems": ["I ran no tests."]}), "python"
    )
    assert answer.problems == ()


def test_removed_files_are_named_in_an_answer_and_anything_else_there_is_nothing() -> None:
    files = [{"path": "a.py", "content": CODE}]
    assert read_answer(json.dumps({"files": files, "removed": ["b.py", 3]}), "python").removed == ["b.py"]
    assert read_answer(json.dumps({"files": files, "removed": "b.py"}), "python").removed == []


@pytest.mark.parametrize("mark", ["*", "#", "`", "1", "_", "file", " ", ">", "a.b/"])
def test_a_strange_line_above_a_block_costs_no_time(mark: str) -> None:
    started = time.process_time()
    read_answer(f"{mark * (900 // len(mark))}\n```python\n{CODE}```", "python")
    assert time.process_time() - started < 1
