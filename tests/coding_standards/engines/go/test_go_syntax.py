"""Go without its toolchain: what its specification allows is accepted, and what its compiler refuses is found."""

from __future__ import annotations

import pytest

from coding_standards.engines.astgrep.judgement import judge
from coding_standards.engines.go.syntax import read
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.report import Finding


def judge_alone(code: str) -> tuple[Finding, ...]:
    source = Source(f"package a\n{code}\n", find_language("go"))
    return judge(source, read(source), None, "").findings


@pytest.mark.parametrize(
    "code",
    [
        "var a, b = new(1 + 2), new(f(g(1)))",
        "var a = new([]int{1, 2})\n\nvar b = new(map[string]int)",
        "func (s Set[T]) Map[U any](f func(T) U) []U { return nil }",
        "func f(int, string, ...bool) (n int, err error)",
        "func f(a, b, c, d, e, f, g, h, i, j, k uintptr) (r1, r2 uintptr)",
        "func f() {\n\tx, ok := as[*E](err)\n\tuse(\n\t\tx,\n\t\tok,\n\t)\n}",
        "func f(x int) {\n\tswitch {\n\tcase x > 1:\n\t\tfallthrough\n\tdefault:\n\t}\n}",
        "func f() {\nouter:\n\tfor {\n\t\tselect {\n\t\tcase v, ok := <-c:\n\t\t\tbreak outer\n\t\t}\n\t}\n}",
        "func f() {\n\tp.m[l.Name][l.Value] = x\n\tp.m[l.Name][l.Value] += 1\n}",
        "func f() { <-c; (<-c); defer func() {}(); go g(1) }",
        "const (\n\tA = iota\n\tB\n)\n\nvar n, r = 0x1p-2 + 1_000i + .5 + 0b1 + 0o7, '\\''",
        'var s = `a\n\\q` + "\\u00e9\\x41" // é\n\nvar t = [...]string{2: "b"}',
        "func f() {\n\tx = a /* one\n\ttwo */\n\ty = b\n}",
        'type T struct {\n\tE\n\t*F `json:"f"`\n\t_, _ int\n}',
        "func f(url T, time U) {\n\turl.Path = time.Now()\n}",
    ],
)
def test_valid_go_is_accepted(code: str) -> None:
    assert judge_alone(code) == ()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("func f()\n{\n}", ""),
        ("func f() {\n\tg(\n\t\t1\n\t)\n}", ""),
        ('func f() {}\n\nimport "os"', "imports come before"),
        ("x := 1", "only declarations"),
        ("func f() {\n\tx == 1\n}", "is not used"),
        ("func f() {\n\tcontinue\n}", "no loop"),
        ("func f() {\n\tfor {\n\t\tfunc() { break }()\n\t}\n}", "no loop"),
        ("func f() {\nL:\n\tg()\n}", "label L is not used"),
        ("func f(a int, string) {}", "all parameters"),
        ("func f(a ...int, b int) {}", "variadic"),
        ("func f(a, b ...int) {}", "variadic"),
        ("func f(a int, a string) {}", "two parameters"),
        ("func f() {\n\ta.b := 1\n}", "is not a name"),
        ("func f() {\n\ta, b := 1\n}", "2 variables get 1"),
        ("func f() {\n\tg() = 1\n}", "cannot be assigned"),
        ("const x", "no value"),
        ("var c = 'ab'", "one character"),
        ('var s = "\\q"', "no escape"),
        ("var n = 08 + 0b12", "not a number"),
        ('var s = "a\n', "not closed"),
        ("var x = a ? b : c", "no `?`"),
        ("func f() {\n\tdefer x\n}", "function call"),
        ("func f() {\n\tfor i := 0; i < 3 {\n\t}\n}", ""),
        ("func f() {\n\tswitch x {\n\tcase 1, 1:\n\t}\n}", "twice"),
        ("func f() {\n\tx = (1 + \n}", ""),
        ("func f() {\n\tx := nil\n}", "tells no type"),
        ("func f() {\n\tx := 1\n\tx := g(x)\n}", "no new variables"),
        ("func f() {\n\tselect {\n\tcase x:\n\t}\n}", "sends or receives"),
        ("func () m() {}", "one receiver"),
        ("func f() {\n\tfunc g() {}\n}", ""),
        ("type T struct {\n\ta, a int\n}", "two fields"),
    ],
)
def test_what_the_compiler_refuses_is_found(code: str, told: str) -> None:
    found = judge_alone(code)
    assert found
    assert told in " ".join(one.message for one in found)


def test_a_finding_stands_where_the_text_is_wrong() -> None:
    (found,) = judge_alone("var a = 1 /* é\n*/\n\nvar b = '\\q'")
    assert (found.line, found.column) == (5, 9)


@pytest.mark.parametrize("code", ["func f() {}\n", "```go\npackage a\n```\n", "// a\nfmt.Println(1))\n"])
def test_a_file_without_its_package_is_refused(code: str) -> None:
    source = Source(code, find_language("go"))
    assert [one.soft for one in judge(source, read(source), None, "").findings] == [False]
