"""What of the findings in a changed text is new."""

from __future__ import annotations

import pytest

from coding_standards.checks.comparison import new_findings
from coding_standards.report import SYNTAX, Finding

OLD = "one\nbad\ntwo\nthree\nbad\nfour\n"


def findings(text: str, word: str = "bad", rule: str = "no-bad") -> list[Finding]:
    lines = text.split("\n")
    return [
        Finding(rule=rule, severity="error", line=number, column=1, message="mend it", excerpt=line.strip())
        for number, line in enumerate(lines, start=1)
        if word in line
    ]


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        (OLD, []),
        ("zero\n" + OLD, []),
        (OLD + "bad\n", [7]),
        ("bad\n" + OLD, [1]),
        (OLD.replace("two\n", "two\nbad\n"), [4]),
        (OLD.replace("one", "ONE"), []),
        (OLD.replace("bad\nfour", "bad bad\nfour"), [5]),
        ("three\nbad\nfour\none\nbad\ntwo\n", []),
        (OLD.replace("\n", "\r\n"), []),
        ("".join(f"    {line}\n" for line in OLD.splitlines()), []),
        (OLD.replace("one\nbad\n", "one\n").replace("four\n", "four\nbad\n"), [6]),
        ("", []),
    ],
)
def test_only_what_the_change_brought_is_new(new: str, lines: list[int]) -> None:
    assert [one.line for one in new_findings(findings(new), new, findings(OLD), OLD)] == lines


def test_a_line_that_the_change_made_wrong_from_afar_is_new() -> None:
    before, after = "import os\nos.x()\n", "import os\n"
    unused = Finding(rule="unused", severity="error", line=1, column=1, message="unused", excerpt="import os")
    assert new_findings([unused], after, [], before) == (unused,)


def test_what_is_said_of_a_whole_file_is_new_once() -> None:
    whole = Finding(rule="long", severity="error", line=0, column=0, message="410 lines; at most 400")
    longer = whole.model_copy(update={"message": "412 lines; at most 400"})
    assert new_findings([longer], "a\nb\n", [whole], "a\n") == ()
    assert new_findings([longer], "a\nb\n", [], "a\n") == (longer,)


def test_what_nobody_could_read_before_is_not_held_against_the_one_who_mended_it() -> None:
    broken = Finding(rule=SYNTAX, severity="error", line=3, column=1, message="what is this")
    before = "bad\n\n(\n"
    assert new_findings(findings("bad\n\nbad\n"), "bad\n\nbad\n", [broken], before)[0].line == 3
    assert len(new_findings(findings("bad\n\nbad\n"), "bad\n\nbad\n", [broken], before)) == 1
