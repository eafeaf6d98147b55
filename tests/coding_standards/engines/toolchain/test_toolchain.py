"""The compilers' own parsers, where they are on the machine: real processes, and what becomes of those that fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coding_standards.engines.astgrep.judgement import Parser, ParserVerdict, Reading, judge
from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.places import PlacedText
from coding_standards.engines.source import Source
from coding_standards.engines.toolchain import gofmt, javac, rustfmt
from coding_standards.engines.toolchain.jdk import find_newest
from coding_standards.engines.toolchain.process import begin, find
from coding_standards.languages import find_language
from tests.support import external

TOOLS: dict[str, tuple[Parser, Callable[[], object]]] = {
    "go": (gofmt.begin, lambda: find("gofmt")),
    "java": (javac.begin, find_newest),
    "rust": (rustfmt.begin, lambda: find("rustfmt")),
}
VALID = {
    "go": "package a\n\nfunc f() {}\n",
    "java": "class A { int f(Object o) { return 1; } }\n",
    "rust": "mod elsewhere;\n\nfn f() {}\n",
}
BROKEN = {
    "go": ("package a\n\n// é\nfunc f() { x = é( }\n", "package a\n\n// é\nfunc f() { x = é( "),
    "java": ('class A { String s = "\U0001f600" int x; }\n', 'class A { String s = "\U0001f600"'),
    "rust": ("fn f() { let é = 1 let y = 2; }\n", "fn f() { let é = 1 "),
}


@pytest.fixture(params=sorted(TOOLS))
def language(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if not TOOLS[name][1]():
        external.missing(f"the toolchain of {name} is not installed", "on Debian as root: .ci/run installs it")
    return name


def parse(language: str, code: str) -> ParserVerdict:
    """Ask until there is an answer: a virtual machine may still be starting."""
    for _ in range(10):
        with TOOLS[language][0](code) as verdict:
            if (told := verdict()) is not None:
                return told
    raise AssertionError(f"no answer for {language}")


def test_a_compiler_accepts_what_is_valid(language: str) -> None:
    assert parse(language, VALID[language]) == ParserVerdict(())


def test_a_compiler_tells_the_place_of_an_error(language: str) -> None:
    code, before = BROKEN[language]
    assert parse(language, code).flaws[0].offset == len(before)


def test_what_only_an_older_edition_takes_is_a_doubt() -> None:
    if find("rustfmt") is None:
        external.missing("rustfmt is not installed", "on Debian as root: .ci/run installs it")
    assert [flaw.is_certain for flaw in parse("rust", "fn gen() {}\n").flaws] == [False]


def test_a_piece_of_go_is_not_given_to_gofmt() -> None:
    with gofmt.begin("x := 1\n") as verdict:
        assert verdict() is None


@pytest.mark.parametrize(
    ("body", "answered"), [("cat; echo told >&2; exit 2", True), ("kill -9 $$", False), ("exec sleep 60", False)]
)
def test_a_tool_that_ends_badly_or_never_gives_no_answer(tmp_path: Path, body: str, answered: bool) -> None:
    program = tmp_path / "tool"
    program.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    program.chmod(0o755)
    with begin([str(program)], "given") as finish:
        answer = finish()
    assert (answer is not None) == answered
    assert answer is None or (answer.code, answer.output, answer.errors) == (2, b"given", "told\n")


def test_a_missing_tool_gives_no_answer(tmp_path: Path) -> None:
    with begin([str(tmp_path / "none")], "") as finish:
        assert finish() is None


@pytest.mark.parametrize(
    ("verdict", "words", "refused", "is_asked"),
    [
        (None, True, True, False),
        (ParserVerdict(()), True, False, True),
        (ParserVerdict((Flaw(0, "told"),)), False, True, True),
        (ParserVerdict((Flaw(0, "told"),), is_newest=False), False, False, False),
        (ParserVerdict((Flaw(0, "told"),), is_newest=False), True, True, True),
    ],
)
def test_a_compiler_decides_unless_it_is_older_than_the_code(
    verdict: ParserVerdict | None, words: bool, refused: bool, is_asked: bool
) -> None:
    source = Source("x", find_language("java"))
    reading = Reading((Flaw(0, "doubt", is_certain=False),) if words else ())
    judged = judge(source, reading, verdict, "tool")
    assert bool(judged.findings) == refused
    assert (judged.depth, judged.by) == (("decided", "tool") if is_asked else ("searched", "ast-grep"))


def test_a_place_beyond_the_text_is_its_end() -> None:
    text = PlacedText("ab\nc")
    assert [text.offset(9, 1), text.offset(2, 9), PlacedText("é b").offset(1, 4, in_bytes=True)] == [4, 4, 2]
