"""The facts about code: its public symbols, and whether they are documented."""

from __future__ import annotations

from coding_standards.engines.source import Source
from coding_standards.languages import language_of_path
from coding_standards.symbols import public_symbols, tells_symbols


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


def test_what_commonjs_assigns_is_exported() -> None:
    code = "exports.a = function () {};\n/** Yes. */\nmodule.exports.b = async () => {};\nexports.c = require('c');\n"
    assert symbols(code, "a.js") == [("a", "function", False), ("b", "function", True)]
    assert symbols("module.exports = function a() {};\n", "a.js") == [("a", "function", False)]
    code = "module.exports = class A {\n  b() {}\n};\n"
    assert symbols(code, "a.js") == [("A", "class", False), ("A.b", "method", False)]
    code = "exports = module.exports = a;\n/** Yes. */\nfunction a() {}\n"
    assert symbols(code, "a.js") == [("a", "function", True)]
    code = (
        "const a = () => 1;\nmodule.exports = {\n  x: a,\n  b() {},\n  /** Yes. */\n  c: function () {},\n  ...d,\n};\n"
    )
    assert symbols(code, "a.js") == [("a", "function", False), ("b", "function", False), ("c", "function", True)]


def test_a_hook_among_settings_is_read_by_a_tool() -> None:
    assert symbols("module.exports = { meta: { type: 'a' }, create(context) {} };\n", "a.js") == []


def test_components_in_other_clothes_are_exported() -> None:
    code = (
        "/** Yes. */\nexport const A = memo(forwardRef(function A(props, ref) {}));\n"
        "export const B = React.memo(() => null);\nexport const total = list.reduce((a, b) => a + b);\n"
        "function C() {}\nexport default memo(C);\n"
    )
    assert symbols(code, "a.jsx") == [("A", "function", True), ("B", "function", False), ("C", "function", False)]


def test_a_comment_for_a_tool_does_not_hide_the_documentation() -> None:
    code = "/** Yes. */\n// eslint-disable-next-line complexity\nexport function a() {}\n"
    assert symbols(code, "a.ts") == [("a", "function", True)]
    code = "@Injectable()\n/** Yes. */\nexport class A {}\nexport declare function f(): void;\n"
    assert symbols(code, "a.ts") == [("A", "class", True), ("f", "function", False)]
    assert symbols("/// Yes.\n// note\n#[must_use]\npub fn a() {}\n", "lib.rs") == [("a", "function", True)]


def test_only_the_nearest_comments_are_looked_at() -> None:
    assert symbols("/** Far. */\n" + "//\n" * 50_000 + "export function a() {}\n", "a.js") == [("a", "function", False)]


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


def test_java_reads_markdown_comments_and_the_methods_of_enums() -> None:
    code = "/// Yes.\npublic enum A {\n  B;\n  /// Yes.\n  public void c() {}\n  public void d() {}\n}\n"
    assert symbols(code, "A.java") == [("A", "type", True), ("A.c", "method", True), ("A.d", "method", False)]


def test_a_directive_or_the_comment_of_another_line_is_no_documentation_in_go() -> None:
    code = (
        "package a\n\n//go:noinline\nfunc A() {}\n\n// B is one.\n//\n//go:noinline\nfunc B() {}\n\n"
        "var c = 1 // c\nfunc D() {}\n"
    )
    assert symbols(code, "a.go") == [("A", "function", False), ("B", "function", True), ("D", "function", False)]


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


def test_methods_of_a_hidden_type_of_rust_are_not_public() -> None:
    code = (
        "struct A;\nimpl A {\n    pub fn b() {}\n}\npub(crate) struct C<T>(T);\nimpl<T> C<T> {\n    pub fn d() {}\n}\n"
    )
    assert symbols(code + "impl Elsewhere {\n    pub fn e() {}\n}\n", "lib.rs") == [("Elsewhere::e", "method", False)]


def test_sql_objects_are_documented_above_or_by_a_statement() -> None:
    code = (
        "-- Yes.\nCREATE TABLE a (id INT);\nCREATE OR REPLACE VIEW b AS SELECT 1;\n"
        "create table if not exists c (id int);\nCOMMENT ON TABLE c IS 'Yes';\n"
    )
    assert symbols(code, "a.sql") == [("a", "table", True), ("b", "view", False), ("c", "table", True)]


def test_what_clients_need_between_a_comment_and_its_object_is_passed_over() -> None:
    code = "-- Yes.\nDELIMITER $$\nDROP PROCEDURE IF EXISTS a$$\nCREATE PROCEDURE a()\nBEGIN\n  SELECT 1;\nEND$$\n"
    assert symbols(code + "CREATE PROCEDURE b() SELECT 1$$\n", "a.sql") == [
        ("a", "procedure", True),
        ("b", "procedure", False),
    ]
    code = "/* Yes. */ CREATE TABLE a (id INT);\nCREATE TABLE b (id INT COMMENT 'No');\n"
    code += "CREATE TABLE c (id INT) ENGINE = InnoDB COMMENT = 'Yes (all)';\n"
    code += "CREATE FUNCTION d() RETURNS INT COMMENT 'Yes' RETURN 1;\n"
    assert [documented for _, _, documented in symbols(code, "a.sql")] == [True, False, True, True]


def test_tables_in_bodies_comments_and_partitions_are_not_listed() -> None:
    code = (
        "CREATE TABLE p10 PARTITION OF p FOR VALUES IN (10);\n/*\nCREATE TABLE a (id INT);\n*/\n"
        "CREATE FUNCTION f() RETURNS void AS $x$\nCREATE TABLE b (id INT);\n$x$ LANGUAGE sql;\n"
    )
    assert [name for name, _, _ in symbols(code, "a.sql")] == ["f"]


def test_html_and_css_have_no_symbols() -> None:
    for path in ("a.html", "a.css"):
        assert not tells_symbols(source("", path))
        assert symbols("", path) == []
