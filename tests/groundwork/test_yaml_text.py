"""What people may write as YAML: plain data or one error, whatever the text is, in bounded time and space."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundwork.reading.yaml_text import MAX_DEPTH, MAX_REPEATED, YamlError, load_all_yaml, load_our_yaml, load_yaml

RULES = Path(__file__).parents[2] / "coding_standards" / "builtin" / "rules"

NINE_LEVELS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 10)
)
MERGED = "a0: &a0 {x: 1}\n" + "".join(
    f"a{level}: &a{level} {{<<: [{', '.join([f'*a{level - 1}'] * 9)}]}}\n" for level in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nupdated: 2026-02-30\n", "line 2: the value '2026-02-30' cannot be read: day is out of range for month"),
        ("disable: [2026-13-01]\n", "line 1: the value '2026-13-01' cannot be read: month must be in 1..12"),
        ("a: !!bool x\n", "line 1: the value 'x' cannot be read as `bool`"),
        ("a: !!timestamp x\n", "line 1: the value 'x' cannot be read as `timestamp`"),
        ("a: !!int ''\n", "line 1: the value '' cannot be read as `int`"),
        ("? !!int x\n: 1\n", "line 1: the value 'x' cannot be read: "),
        (f"line_length: {'9' * 5_000}\n", "line 1: a number or a date has more than 100 characters"),
        (f"line_length: {':'.join(['1'] * 100_000)}\n", "line 1: a number or a date has more than 100 characters"),
        ("? [a, b]\n: c\n", "line 1: a key must be plain text"),
        ("a: 1\na: 2\n", "line 2: the key 'a' stands twice"),
        ("a: 1\n---\nb: 2\n", "there is a second document"),
        ("rule: &r\n  any:\n   - *r\n", "line 1: an alias stands in what it stands for"),
        ("a: &a {<<: *a}\n", "an alias stands in what it stands for"),
        (NINE_LEVELS, "aliases repeat more than 10,000 values"),
        (MERGED, "aliases repeat more than 10,000 values"),
        (f"a: &a {'x' * 200_000}\nb: [*a, *a, *a, *a]\n", "aliases repeat more than 10,000 values"),
        (f"a: &a {{{'x' * 1_000}: 1}}\nb: [{', '.join(['*a'] * 500)}]\n", "aliases repeat more than 10,000 values"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), f"line 1: nested more than {MAX_DEPTH} deep"),
        ("x: " + "[" * 3_000, "exceeded maximum nesting depth"),
        ("- " * 100_000, "exceeded maximum nesting depth"),
        ("a: \ud800\n", "surrogates not allowed"),
        ("a: !!python/object:os.system x\n", "could not determine a constructor"),
        ("a: [", "while parsing a flow"),
    ],
    ids=range(23),
)
def test_an_odd_text_is_one_error_with_its_place(text: str, said: str) -> None:
    with pytest.raises(YamlError) as caught:
        load_yaml(text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) <= 400


def test_plain_data_is_read_and_anchors_may_be_used() -> None:
    text = "\ufeffbase: &base {pattern: foo()}\nany: [*base, *base]\nmerged: {<<: *base, kind: x}\nday: 2026-02-28\n"
    data = load_yaml(text)
    assert isinstance(data, dict)
    assert data["any"] == [{"pattern": "foo()"}] * 2
    assert data["merged"] == {"pattern": "foo()", "kind": "x"}
    assert str(data["day"]) == "2026-02-28"
    assert load_yaml("") is None
    assert load_all_yaml("a: 1\n---\n---\n- 2\n") == [{"a": 1}, None, [2]]


def test_a_long_list_without_aliases_has_no_limit() -> None:
    assert load_yaml("\n".join(f"- ITEM-{number}" for number in range(2 * MAX_REPEATED))) is not None


@pytest.mark.parametrize("path", sorted(RULES.glob("*.yml")), ids=lambda path: path.stem)
def test_our_own_files_pass_the_look_that_they_are_spared(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert load_our_yaml(text) == load_all_yaml(text)
