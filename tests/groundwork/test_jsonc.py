"""JSON with comments is changed in one place and stays as it is everywhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from groundwork import jsonc
from groundwork.reading.json_text import JsonError, parse_jsonc


def parse(text: str) -> Any:
    """What a text says; an empty one says nothing."""
    return parse_jsonc(text.removeprefix("\ufeff")) if text.strip() else {}


NEW = {"command": "py", "args": ["s.py"]}
COMMENTED = """\
// what I use
{
    /* mine */ "theme": "dark", // kept
    "servers": {
        "other": {"command": "x"}, // kept, too
    },
}
"""
FILES = [
    "",
    "{}",
    "{ }\n",
    '{"a": 1}',
    '{\n  "a": [1, 2, {"b": "}"}]\n}\n',
    '{"servers": {}}',
    '{\n\t"servers": {\n\t\t"other": {}\n\t}\n}\n',
    '{"servers": {"ours": {"command": "old"}, "other": 1}}',
    '{"servers": {"other": 1, "ours": 2}, "z": "\\u00e9"}',
    '{\r\n  "servers": {\r\n    "other": 1\r\n  }\r\n}\r\n',
    "\ufeff" + '{"a": 1}',
    COMMENTED,
]


@pytest.mark.parametrize("text", FILES)
def test_what_is_put_in_is_there_and_everything_else_is_what_it_was(text: str) -> None:
    changed = jsonc.put(text, "servers", "ours", NEW)
    before = parse(text)
    assert parse(changed) == {**before, "servers": {**before.get("servers", {}), "ours": NEW}}
    assert jsonc.put(changed, "servers", "ours", NEW) == changed


@pytest.mark.parametrize("text", [text for text in FILES if "ours" not in text and "servers" in text])
def test_what_is_taken_out_leaves_the_file_as_it_was(text: str) -> None:
    gone = jsonc.remove(jsonc.put(text, "servers", "ours", NEW), "servers", "ours")
    assert parse(gone) == parse(text)
    assert "".join(gone.split()) == "".join(text.split())


def test_comments_and_last_commas_survive_a_change_and_its_undoing() -> None:
    changed = jsonc.put(COMMENTED, "servers", "ours", NEW)
    for kept in ("// what I use", '/* mine */ "theme": "dark", // kept', "// kept, too"):
        assert kept in changed
    assert jsonc.remove(changed, "servers", "ours").count("kept") == 2


def test_the_file_keeps_its_own_indentation() -> None:
    changed = jsonc.put('{\n\t"servers": {}\n}\n', "servers", "ours", {"a": 1})
    assert changed == '{\n\t"servers": {\n\t\t"ours": {\n\t\t\t"a": 1\n\t\t}\n\t}\n}\n'


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        '{"a": }',
        '{"a": 1 "b": 2}',
        '{"a": 1} {"b": 2}',
        "{'a': 1}",
        '{"servers": []}',
        '{"a": 1, "a": 2}',
        "[" * 5_000,
        '{"a": "\\q"}',
        '{"a": 1} /* no end',
        '{"a": 1} /*/',
        "not json at all",
    ],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(JsonError):
        jsonc.put(text, "servers", "ours", NEW)


HOOK = {"hooks": [{"command": "ours --hook"}]}
LISTS = [
    "",
    "{}",
    '{"hooks": {}}',
    '{"hooks": {"Stop": []}, "z": 1}',
    '{"hooks": {"Stop": [{"hooks": [{"command": "theirs"}]}]}}',
    '{\n  "hooks": {\n    "Stop": [\n      {"a": 1}, // theirs\n    ],\n  },\n}\n',
    '{\n  "hooks": {\n    "Stop": [\n      {"hooks": [{"command": "ours --old"}]},\n      {"a": 1}\n    ]\n  }\n}\n',
]


def is_ours(value: object) -> bool:
    return "ours" in json.dumps(value)


@pytest.mark.parametrize("text", LISTS)
def test_an_element_is_put_into_a_list_once_and_taken_out_again(text: str) -> None:
    changed = jsonc.put_element(text, "hooks", "Stop", HOOK, is_ours)
    elements = parse(changed)["hooks"]["Stop"]
    others = [one for one in parse(text).get("hooks", {}).get("Stop", []) if not is_ours(one)]
    assert [one for one in elements if is_ours(one)] == [HOOK]
    assert [one for one in elements if not is_ours(one)] == others
    assert jsonc.put_element(changed, "hooks", "Stop", HOOK, is_ours) == changed
    gone = parse(jsonc.remove_element(changed, "hooks", "Stop", is_ours))
    assert gone["hooks"].get("Stop", []) == others
    assert "// theirs" not in text or "// theirs" in changed


@pytest.mark.parametrize("text", ['{"hooks": []}', '{"hooks": {"Stop": {}}}'])
def test_a_list_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(JsonError):
        jsonc.put_element(text, "hooks", "Stop", HOOK, is_ours)


def test_a_remark_stays_with_what_it_is_about() -> None:
    text = '{\n  "hooks": {\n    "Stop": [\n      {"a": 1} // theirs\n    ]\n  }\n}\n'
    changed = jsonc.put_element(text, "hooks", "Stop", {"ours": 1}, is_ours)
    assert '{"a": 1}, // theirs\n' in changed
    assert jsonc.remove_element(changed, "hooks", "Stop", is_ours) == text
