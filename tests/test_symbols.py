"""The facts about code: its public symbols, whether they are documented, and whether the file holds tests."""

from __future__ import annotations

import pytest

from coding_standards.engines.source import Source
from coding_standards.languages import language_of_path
from coding_standards.symbols import has_tests, public_symbols, tells_symbols


def source(code: str, path: str) -> Source:
    language = language_of_path(path)
    assert language is not None
    return Source(code, language, path)


def symbols(code: str, path: str) -> list[tuple[str, str, bool]]:
    return [(found.name, found.kind, found.documented) for found in public_symbols(source(code, path))]


def test_python_has_functions_classes_and_methods_without_underscore() -> None:
    code = (
        'def area():\n    """Yes."""\n\n\nasync def load(): ...\n\n\ndef _hidden(): ...\n\n\n'
        '@dataclass\nclass Box:\n    """Yes."""\n\n    def __init__(self): ...\n\n'
        "    @property\n    def width(self): ...\n\n"
        "    @width.setter\n    def width(self, to): ...\n\n    @override\n    def close(self): ...\n"
    )
    assert symbols(code, "a.py") == [
        ("area", "function", True),
        ("load", "function", False),
        ("Box", "class", True),
        ("Box.width", "method", False),
    ]


def test_a_string_that_is_used_is_no_docstring() -> None:
    assert symbols("def f():\n    'a'.strip()\n", "a.py") == [("f", "function", False)]


def test_javascript_exports_in_both_module_systems() -> None:
    code = "/** Yes. */\nfunction a() {}\nfunction b() {}\nclass C {}\nmodule.exports = { a, C };\n"
    assert symbols(code, "a.js") == [("a", "function", True), ("C", "class", False)]
    code = "/** Yes. */\nexport default function () {}\nconst x = () => 1;\nexport { x as y };\nexport const N = 1;\n"
    assert symbols(code, "a.js") == [("default", "function", True), ("x", "function", False)]


def test_typescript_types_and_public_methods_count() -> None:
    code = (
        "/** Yes. */\nexport interface A {}\nexport type B = string;\nexport enum C {}\n/** Yes. */\nexport class D {\n"
        "  constructor() {}\n  private e() {}\n  #f() {}\n  override g() {}\n"
        "  /** Yes. */\n  async h() {}\n  static i() {}\n}\n"
    )
    assert symbols(code, "a.ts") == [
        ("A", "type", True),
        ("B", "type", False),
        ("C", "type", False),
        ("D", "class", True),
        ("D.h", "method", True),
        ("D.i", "method", False),
    ]


def test_overloads_are_one_symbol_that_one_comment_documents() -> None:
    signatures = "export function f(a: string): string;\n/** Yes. */\nexport function f(a: number): number;\n"
    body = "export function f(a: unknown): unknown {\n  return a;\n}\n"
    assert symbols(signatures + body, "a.ts") == [("f", "function", True)]
    assert symbols((signatures + body).replace("/** Yes. */\n", ""), "a.ts") == [("f", "function", False)]


def test_java_leaves_accessors_overrides_and_hidden_types_out() -> None:
    code = (
        "/** Yes. */\npublic class A {\n  public int getB() { return 1; }\n"
        "  @Override public String toString() { return null; }\n"
        "  /** Yes. */\n  public void c() {}\n  public void d() {}\n  void e() {}\n}\nclass F {}\n"
    )
    assert symbols(code, "A.java") == [("A", "class", True), ("A.c", "method", True), ("A.d", "method", False)]


def test_go_has_capitalised_names_of_importable_packages() -> None:
    code = (
        "package a\n\n// B is one.\ntype B struct{}\n\n// Not attached.\n\nfunc C() {}\n\nfunc (b *B) D() {}\n\n"
        'func (b B) String() string { return "" }\n\nfunc (x hidden) E() {}\n\n'
        "type (\n\t// F is one.\n\tF int\n\tG int\n)\n"
    )
    assert symbols(code, "a.go") == [
        ("B", "type", True),
        ("C", "function", False),
        ("B.D", "method", False),
        ("F", "type", True),
        ("G", "type", False),
    ]
    assert symbols("package main\n\nfunc Run() {}\n", "main.go") == []


def test_rust_has_pub_items_also_in_public_modules() -> None:
    code = (
        "/// Yes.\n#[derive(Debug)]\npub struct A;\n\nimpl A {\n    pub fn b(&self) {}\n    fn c(&self) {}\n}\n\n"
        "impl Drop for A {\n    fn drop(&mut self) {}\n}\n\n"
        'pub mod d {\n    #[doc = "Yes."]\n    pub fn e() {}\n}\n\npub(crate) fn f() {}\n'
    )
    assert symbols(code, "lib.rs") == [("A", "type", True), ("A::b", "method", False), ("e", "function", True)]


def test_sql_objects_are_documented_above_or_by_a_statement() -> None:
    code = (
        "-- Yes.\nCREATE TABLE a (id INT);\nCREATE OR REPLACE VIEW b AS SELECT 1;\n"
        "create table if not exists c (id int);\nCOMMENT ON TABLE c IS 'Yes';\n"
    )
    assert symbols(code, "a.sql") == [("a", "table", True), ("b", "view", False), ("c", "table", True)]


def test_html_and_css_have_no_symbols() -> None:
    for path in ("a.html", "a.css"):
        assert not tells_symbols(source("", path))
        assert symbols("", path) == []


@pytest.mark.parametrize(
    ("path", "code", "expected"),
    [
        ("a.py", "def test_a():\n    assert 1\n", True),
        ("a.py", "class A(unittest.TestCase):\n    def check(self): ...\n", True),
        ("a.py", "def testing(): ...\n", False),
        ("a.js", "describe('a', () => { it('b', () => {}); });\n", True),
        ("a.js", "test.each([1])('b', function () {});\n", False),
        ("a.js", "it.skip('b', function () {});\n", True),
        ("a.js", "test('a');\n", False),
        ("a.tsx", "it('b', async () => { render(<A />); });\n", True),
        ("A.java", "class A { @Test void b() {} }\n", True),
        ("A.java", "class A { @org.junit.jupiter.api.Test void b() {} }\n", True),
        ("A.java", "class A { @Override void b() {} }\n", False),
        ("a.go", "package a\n\nfunc TestB(t *testing.T) {}\n", True),
        ("a.go", "package a\n\nfunc Testify(t int) {}\n", False),
        ("a.rs", "#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() {}\n}\n", True),
        ("a.rs", "#[tokio::test]\nasync fn a() {}\n", True),
        ("a.rs", "fn test() {}\n", False),
        ("a.sql", "SELECT plan(1);\nSELECT ok(true);\n", True),
        ("a.sql", "SELECT plan FROM tests;\n", False),
        ("a.html", "<p>test</p>\n", False),
    ],
)
def test_tests_are_known_by_their_framework(path: str, code: str, expected: bool) -> None:
    assert has_tests(source(code, path)) is expected
