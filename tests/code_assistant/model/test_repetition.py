"""An answer without end is seen, code that is merely monotonous is not taken for one."""

from __future__ import annotations

import json

import pytest

from code_assistant.model.repetition import find_repetition

CODE = "def add(left: int, right: int) -> int:\n    return left + right\n\n\n"
PARAGRAPH = "You can also use a callback:\n\n```js\nfunction wait(call, delay) {\n  setTimeout(call, delay);\n}\n```\n"


@pytest.mark.parametrize(
    "piece",
    [".C", "}", "the same words again ", "    if match {\n        let count = words.count(key: {\n", PARAGRAPH * 3],
)
def test_a_text_that_repeats_itself_is_kept_up_to_the_end_of_the_first_piece(piece: str) -> None:
    found = find_repetition(CODE + piece * (8_000 // len(piece)))
    assert found is not None
    assert len(CODE) <= found <= len(CODE) + len(piece)


def test_white_space_without_end_is_a_repetition_however_it_is_written() -> None:
    for blank in (" ", "\n", "\t \n", "\\n", "\\n\\t"):
        assert find_repetition(CODE + "x" + blank * 500) == len(CODE) + 1


def test_calls_that_count_on_without_end_are_a_repetition() -> None:
    calls = "".join(f"setTimeout(() => log('Hello again!'), {number}500);\n" for number in range(200))
    assert find_repetition(CODE + calls) is not None


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE + "    \n" * 20,
        "\n".join(f"    {number}," for number in range(4_000)),
        "TABLE = [" + "0, " * 3_000,
        json.dumps({"files": [{"path": "a.py", "content": CODE * 3}]}),
        "".join(f"INSERT INTO users VALUES ({number}, 'user{number}');\n" for number in range(15)),
        "".join(f'  "{word}": "{word.upper()}",\n' for word in PARAGRAPH.split() * 9),
    ],
)
def test_monotonous_code_is_no_repetition(text: str) -> None:
    assert find_repetition(text) is None
