"""Java without its toolchain: what its specification allows is accepted, and what its compiler refuses is found."""

from __future__ import annotations

import pytest

from coding_standards.engines.astgrep.judgement import judge
from coding_standards.engines.java.syntax import read
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.report import Finding


def judge_alone(code: str) -> tuple[Finding, ...]:
    source = Source(f"{code}\n", find_language("java"))
    return judge(source, read(source), None, "").findings


def in_method(code: str) -> str:
    return f"final class A {{\n  void f(Object o, int n) {{\n    {code}\n  }}\n}}"


@pytest.mark.parametrize(
    "code",
    [
        'import module java.base;\n\nvoid main() {\n  IO.println(greeting);\n}\n\nString greeting = "hi";',
        in_method("switch (o) { case a.b.P(int x, var y) when x > 1 -> g(); case Q<T>(_) -> {} default -> {} }"),
        in_method("int i = switch (o) { case final P p -> 1; case Q _, R(S _) -> 2; default -> { yield 3; } };"),
        in_method("if (o instanceof a.P(final int x, P(var y))) { g(x, y); }"),
        in_method("for (var _ : all) { }\n    try (var _ = open()) { } catch (E | F _) { }"),
        in_method("long l = 0xFFFF_FFFFL + -2147483648; int i = 0x8000_0000; double d = 0x1p3 + .5e-3f + 1d;"),
        in_method('String s = """\n      a "b" \\\n      \\""" \\s""";\n    char c = \'\\u0041\', q = \'\\\'\';'),
        in_method("var x = 1; int record = x, module = record; yield = 2; outer: while (true) { break outer; }"),
        in_method("Runnable r = () -> { return; };\n    int i = g(() -> { return 1; });"),
        "class B extends A {\n  B(int x) {\n    check(x);\n    super(x);\n  }\n  void f(String @X ... s) {}\n}",
        "sealed interface S permits T, U {}\n\nnon-sealed class T implements S {}\n\nrecord U(int... a) {}",
        "enum E { ONE(1) { void f() {} }, TWO(2); E(int x) {} void f() {} }",
        "interface I { int X = 1; default void f() {} private void g() {} static void h() {} void i(); }",
        "abstract class A { abstract void f(); native int g(); int[] h()[] { return null; } { } static { } }",
        "class A { static int of(String... s) { return 1; } static int of(String s) { return 2; } }",
        'class A { String s = "\x1b[0m\ttab"; }\x1a',
    ],
)
def test_valid_java_is_accepted(code: str) -> None:
    assert judge_alone(code) == ()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("class A { f() { return; } }", "type of its result"),
        ("class A { void f(); }", "needs a body"),
        ("class A { abstract void f(); }", "abstract class"),
        ("interface I { void f() {} }", "has a body only where"),
        ("record R(int x) { int y; }", "no fields but its components"),
        ("final abstract class A {}", "abstract and final"),
        ("public class A {}\n\npublic class B {}", "file of its own"),
        ("class A {}\n\nimport java.util.List;", "imports come before"),
        ("class A { public private int x; }", "not several"),
        ("class A { var x = 1; }", "only for local variables"),
        ("class A { List<int> x; }", "is no class"),
        ("class A { int x; long x; }", "two fields"),
        ("class A { void f(int a) {} int f(int b) { return 1; } }", "two methods"),
        ("class A { void f(int... a, int b) {} }", "last parameter"),
        (in_method("n + 1;"), "is not a statement"),
        (in_method("break;"), "no loop or switch"),
        (in_method("yield 1;"), "no switch expression"),
        (in_method("return 1;"), "no value to return"),
        (in_method("return;\n    g();"), "nothing gets here"),
        (in_method("int n = 1;"), "already"),
        (in_method("var x;"), "needs a value"),
        (in_method("var x = null;"), "cannot take a type"),
        (in_method("char c = 'ab';"), "one character"),
        (in_method('String s = "\\q";'), "no escape"),
        (in_method('String s = """a""";'), "on the line after"),
        (in_method('String s = STR."a";'), "no string templates"),
        (in_method("int i = 3000000000;"), "does not fit"),
        (in_method("int i = 08;"), "not a number"),
        (in_method('String s = "a;'), "not closed"),
        (in_method("switch (n) { case 1 -> { } case 2: break; }"), "either"),
        (in_method("switch (n) { case 1: case 1: break; }"), "twice"),
        ("Here is the code you asked for:\n\nclass A {}", "is prose"),
        (in_method("g(1, );"), "cannot stand like this"),
        (in_method("int i = 1"), "missing"),
        (in_method("int class = 1;"), "is a keyword"),
        (in_method("super();"), "in a constructor only"),
        (in_method("if (o instanceof a.P(int x, ) { }"), ""),
    ],
)
def test_what_the_compiler_refuses_is_found(code: str, told: str) -> None:
    found = judge_alone(code)
    assert found
    assert told in " ".join(one.message for one in found)


def test_an_error_that_the_text_does_not_explain_is_a_doubt() -> None:
    """The grammar may be older than the code."""
    assert {one.soft for one in judge_alone("value class A { match x with y; }")} == {True}
