"""The Markdown of a result: complete, in order, and within a host's limits."""

from __future__ import annotations

import pytest

from code_assistant.markdown import render
from code_assistant.progress import Progress
from code_assistant.result import (
    AnswerFinding,
    Checks,
    DocumentationUsed,
    FailedItem,
    GeneratedFile,
    GenerationResult,
    Missing,
    StandardUsed,
    Usage,
)
from code_assistant.server import describe_pending
from code_assistant.settings import Settings

FINDING = AnswerFinding(rule="python-no-eval", severity="error", file="a.py", line=3, message="Replace eval.")


def source(path: str, content: str = "x = 1\n") -> GeneratedFile:
    return GeneratedFile(path=path, language="python", role="source", content=content)


def result(**changes: object) -> GenerationResult:
    checks = Checks(
        summary="1 fails, 1 proved, 1 searched without a breach, 1 needs a person",
        fail=(FailedItem(id="PY-002", title="Two.", engine="ast-grep"),),
        findings=(FINDING,),
        proved=("PY-001",),
        no_breach_found=("PY-004",),
        not_checkable=("PY-003",),
        rounds=2,
    )
    whole = GenerationResult(
        status="generated",
        files=(source("a.py"),),
        explanation="It sets x.",
        checks=checks,
        standards=(StandardUsed(uri="standards://language/python", title="Python"),),
        documentation=(DocumentationUsed(library="fastapi", source="cache", version="0.115", age_s=7200),),
        missing=(Missing(what="documentation of x", why="no network", remedy="check the network"),),
        usage=Usage(model="m", turns=3, seconds=1.5),
    )
    return whole.model_copy(update=changes)


def test_what_still_fails_stands_above_the_code() -> None:
    text = render(result(), 60_000)
    assert text.index("Still failing after 2 repair rounds") < text.index("### a.py")
    assert "- **error** a.py:3 `python-no-eval` Replace eval." in text


def test_everything_is_in_it() -> None:
    text = render(result(), 60_000)
    for part in ("x = 1", "It sets x.", "Proved: PY-001", "PY-002 Two", "judge: PY-003", "standards://language/python"):
        assert part in text
    assert "- fastapi: cache, version 0.115, 2 h old" in text
    assert "documentation of x: no network. Remedy: check the network." in text


@pytest.mark.parametrize("status", ["generated", "scaffold"])
def test_how_it_came_out_is_told_once(status: str) -> None:
    text = render(result(status=status), 60_000)
    assert text.count("1 fails, 1 proved") == 1
    assert text.count("PY-001") == 1
    assert "- Failed: PY-002 Two" in text


def test_a_brief_result_is_the_code_and_how_it_came_out() -> None:
    scaffold = result(status="scaffold", explanation="A start.\n\n## Standards to follow\n\n- `PY-001` Hints.")
    text = render(scaffold, 60_000, is_brief=True)
    assert text.index("1 fails, 1 proved") < text.index("x = 1") < text.index("A start.")
    for part in ("PY-001", "standards://language/python", "## Items"):
        assert part not in text
    assert "documentation of x: no network" in text
    assert "`--verbose` also shows the standards" in text
    assert "It sets x." in render(result(), 60_000, is_brief=True)


def test_documentation_that_was_not_found_is_missing_and_not_used() -> None:
    text = render(result(documentation=(DocumentationUsed(library="frobnicate", source="none"),)), 60_000)
    assert "frobnicate" not in text


def test_a_fence_inside_a_file_does_not_end_the_block() -> None:
    text = render(result(files=(source("a.py", '"""\n````md\n```\n"""\n'),)), 60_000)
    assert "`````python\n" in text


def test_the_explanation_is_shortened_before_any_code_is_left_out() -> None:
    long = "\n\n".join(f"Paragraph {number} of the explanation." for number in range(1_000))
    text = render(result(explanation=long), 6_000)
    assert len(text) <= 6_000
    assert "x = 1" in text
    assert "characters of explanation left out" in text


def test_code_is_never_shortened_and_what_is_left_out_is_named() -> None:
    big = source("big.py", "y = 2\n" * 2_000)
    text = render(result(files=(source("a.py"), big)), 8_000)
    assert len(text) <= 8_000
    assert "x = 1" in text
    assert "y = 2" not in text
    assert "big.py (12,000 characters)" in text


@pytest.mark.parametrize("max_chars", [4_000, 10_000, 60_000])
def test_it_fits_whatever_is_in_it(max_chars: int) -> None:
    findings = tuple(FINDING.model_copy(update={"line": line}) for line in range(1, 500))
    files = tuple(source(f"f{number}.py", "z = 3\n" * 500) for number in range(30))
    huge = result(files=files, explanation="e " * 50_000, checks=Checks(summary="s", findings=findings))
    assert len(render(huge, max_chars)) <= max_chars


LONG_PATH = f"p/{'q' * 3_000}.py"
END = "*m: 3 model turns, 0 tool calls, 1.5 s.*"


def many(number: int, path: str) -> tuple[GeneratedFile, ...]:
    return (*(source(path.replace("p/", f"p{n}/"), "z = 3\n" * 20) for n in range(number)), source("a.py"))


CROWDED = {
    "a long path": {"files": (source(LONG_PATH), source("a.py"))},
    "a long path that is left out": {"files": (source(LONG_PATH, "z = 3\n" * 2_000), source("a.py"))},
    "many long paths": {"files": many(40, LONG_PATH)},
    "many files": {"files": many(40, f"p/{'q' * 60}.py")},
    "many findings": {
        "checks": Checks(summary="0 fail", findings=tuple(FINDING.model_copy(update={"line": n}) for n in range(99)))
    },
    "long findings": {
        "checks": Checks(summary="0 fail", findings=(FINDING.model_copy(update={"file": LONG_PATH}),) * 9)
    },
    "much not checked": {"checks": Checks(summary="0 fail", not_checked=tuple(f"{n}: {'w' * 900}" for n in range(50)))},
    "much missing": {"missing": tuple(Missing(what=f"m{n}", why="w" * 900, remedy="r" * 900) for n in range(50))},
    "many sources": {"standards": tuple(StandardUsed(uri=f"standards://{n}", title="t" * 90) for n in range(90))},
}


@pytest.mark.parametrize("max_chars", [4_000, 20_000])
@pytest.mark.parametrize("changes", CROWDED.values(), ids=CROWDED)
def test_whatever_is_too_long_takes_no_room_from_the_rest(changes: dict[str, object], max_chars: int) -> None:
    text = render(result(**changes), max_chars)
    assert len(text) <= max_chars
    assert text.startswith("Checked: ")
    assert text.endswith(END)
    assert "### a.py (source)\n\n```python\nx = 1\n```" in text


@pytest.mark.parametrize("max_chars", [4_000, 20_000])
def test_what_is_left_out_of_a_list_is_counted(max_chars: int) -> None:
    findings = tuple(FINDING.model_copy(update={"line": n + 1}) for n in range(400))
    text = render(result(files=many(40, LONG_PATH), checks=Checks(summary="s", findings=findings)), max_chars)
    shown = text.count("- **error**")
    assert f"- and {400 - shown} more; `structuredContent` has all" in text
    named = text.count("### p") + text.count(" (120 characters)")
    assert f" and {40 - named} more.**" in text or named == 40


def test_a_path_makes_no_heading_of_its_own() -> None:
    assert "\n# Done" not in render(result(files=(source("a\n# Done\n.py"),)), 4_000)


def test_a_pending_answer_tells_what_was_done_and_what_to_do() -> None:
    progress = Progress()
    progress.say("reading the python standards")
    progress.say("model turn 1")
    text = render(describe_pending(progress, Settings()), 60_000)
    assert text.startswith("**Not finished yet.**")
    assert "again with the same arguments" in text
    assert "- reading the python standards\n- model turn 1" in text
    assert "Nothing was checked" in text
