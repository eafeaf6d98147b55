"""What JavaScript and TypeScript are: valid text is accepted, what their compilers refuse is told with its place."""

from __future__ import annotations

import pytest

from coding_standards.checks.checker import check, ruleset_for
from coding_standards.engines import run as engines
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.library.store import load_library
from coding_standards.report import CheckReport

LIBRARY = load_library()


def refusals(code: str, language: str = "javascript", path: str | None = None) -> list[tuple[int, int]]:
    judged = engines.syntax(Source(code, find_language(language), path))
    assert judged.depth == "decided"
    return [(found.line, found.column) for found in judged.findings]


def report(code: str, language: str = "javascript", path: str | None = None) -> CheckReport:
    chosen = find_language(language)
    return check(code, chosen, ruleset_for(LIBRARY, chosen, path), path)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "#!/usr/bin/env node\nstart();\n",
        "const x = 1, y = () => {}\n() => {};\n",
        "export { a as if, b as default } from './b.js';\n",
        "import { default as using } from './b.js';\nusing();\n",
        "import defer * as heavy from './heavy.js';\nheavy.start();\n",
        "import source engine from './engine.wasm';\nstart(engine);\n",
        "import rows from './rows.json' with { type: 'json' };\nprint(rows);\n",
        "for await (await using part of parts()) part.read();\n",
        "class A {\n  accessor w = 1;\n  static { this.#p = 2; }\n  static #p;\n}\n",
        "const raw = String.raw`\\u${a}\\x`;\n",
        "const found = /(?<y>\\d{4})|(?<y>\\d{2})/v.exec(text);\n",
        'const link = <a href="/p?a=1&size=2">AT&T</a>;\n',
        "using file = open();\nfile.read();\n",
        "var await = 1;\nwith (settings) start(await);\n",
        "if (a) function f() {}\n",
        "<!-- once hidden from browsers\nstart();\n",
        "const fs = require('node:fs');\nif (!fs) return;\nstart(fs);\n",
    ],
)
def test_what_a_module_or_a_script_may_say_is_accepted(code: str) -> None:
    assert refusals(code) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (None, "import type { A } from './a';\nconst m = await load<typeof import('./a')>();\nuse<A>(m);\n"),
        (
            None,
            "interface R<in out T, out K = string> {\n  a(this: R<T>): K;\n  <X>(x: X): asserts x is string;\n}\n",
        ),
        (None, 'const view = (list: string[]) => <ul title="R&D">{list}</ul>;\n'),
        ("view.tsx", "const view = <T,>(x: T) => <List<T> items={[x]}>{(y) => y}</List>;\n"),
        ("cast.ts", "const order = <Order>input;\n"),
        (None, "const order = <Order>input;\n"),
        ("shop.d.ts", "export function open(): void;\nexport const limit: number;\ndeclare module '*.svg';\n"),
        ("old.cts", "import fs = require('fs');\nexport = fs;\n"),
        (None, "abstract class A {\n  abstract accessor x: number;\n  declare y?: string;\n}\n"),
        (None, "enum Side {\n  Left = 'l',\n}\nnamespace N {\n  export const a = Side.Left;\n}\n"),
    ],
)
def test_what_typescript_may_say_in_such_a_file_is_accepted(path: str | None, code: str) -> None:
    assert refusals(code, "typescript", path) == []


@pytest.mark.parametrize(
    ("path", "code", "place"),
    [
        (None, "let total = 1;\nlet total = 2;\n", (1, 5)),
        (None, "import { a } from './a.js';\nfunction a() {}\n", (1, 10)),
        (None, "function f() {\n  await g();\n}\n", (2, 3)),
        (None, "const a = 1;\nconst b;\n", (2, 7)),
        (None, "const found = /(a/;\n", (1, 16)),
        (None, "const found = /a/gg;\n", (1, 15)),
        (None, "class A {\n  f() {\n    return this.#b;\n  }\n}\n", (3, 17)),
        (None, "for (;;) {\n  continue out;\n}\n", (2, 12)),
        (None, "export { nothing };\n", (1, 10)),
        (None, "function f(...rest, last) {}\n", (1, 12)),
        (None, "const x = -2 ** 2;\n", (1, 11)),
        (None, "const { a = ; } = b;\n", (1, 13)),
        (None, "start();\nreturn 1;\n", (2, 1)),
        (None, "export const a = 1;\nif (a) {\n  return;\n}\n", (3, 3)),
        ("a.mjs", "with (a) b();\n", (1, 1)),
        ("a.mjs", "const mode = 0755;\n", (1, 14)),
        ("a.cjs", "import fs from 'fs';\n", (1, 1)),
        (None, "export {};\nlet a = 1;\ndelete a;\n", (3, 8)),
        (None, "export {};\neval = 1;\n", (2, 1)),
    ],
)
def test_what_compilers_refuse_is_told_where_it_stands(path: str | None, code: str, place: tuple[int, int]) -> None:
    assert refusals(code, "javascript", path)[0] == place
    assert not report(code, path=path).parsed


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (None, "function f<T extends>(x: T): T {\n  return x;\n}\n"),
        (None, "enum A {\n  B = ,\n}\n"),
        (None, "const limit: number;\n"),
        (None, "type A = { a: string;\n"),
        ("cast.tsx", "const order = <Order>input;\n"),
        ("view.ts", "const view = <b>x</b>;\n"),
        ("a.mts", "export {};\nwith (a) b();\n"),
    ],
)
def test_what_the_typescript_compiler_refuses_is_refused(path: str | None, code: str) -> None:
    assert refusals(code, "typescript", path)


@pytest.mark.parametrize(
    "code",
    [
        "function f(a?: string, b: number) {}\n",
        "type F = (a?: string, ...b?: number[]) => void;\n",
        "let total!: number = 1;\n",
        "declare const limit = read();\n",
        "declare class A {\n  open() {}\n}\n",
        "abstract class A {\n  abstract open() {}\n}\n",
        "abstract class A {\n  private abstract open(): void;\n}\n",
        "class A {\n  abstract id: string;\n}\n",
        "class A {\n  private readonly open(): void {}\n}\n",
        "class A {\n  static public id = 1;\n}\n",
        "class A {\n  open(): void;\n  close() {}\n}\n",
        "class A extends B, C {}\n",
        "class A {\n  constructor(): void {}\n}\n",
        "class A {\n  open(private id: string) {}\n}\n",
        "interface A implements B {}\n",
        "interface A {\n  private id: string;\n}\n",
        "export function open(): void;\n",
        "import type A, { B } from './a.js';\n",
        "enum A {\n  [name] = 1,\n}\n",
        "type A = [a?: string, b: number];\n",
        "type A<T = string, U> = [T, U];\n",
        "type A = readonly Array<string>;\n",
        "type string = number;\n",
        "type A = B<>;\n",
        "try {\n  open();\n} catch (error: Error) {\n  report(error);\n}\n",
        "if (a) {\n  export const b = 1;\n}\n",
        "let a: Map<string, >;\n",
        "class A {\n  private #id = 1;\n}\n",
        "class A implements B extends C {}\n",
        "import type { type A } from './a.js';\n",
        "function f(a: string, a: number) {}\n",
        "for (const a: string of b) {}\n",
    ],
)
def test_what_its_grammar_of_declarations_forbids_is_refused(code: str) -> None:
    assert refusals(code, "typescript")


@pytest.mark.parametrize(
    "code",
    [
        "const a = b as string;\n",
        "const a = b satisfies C;\n",
        "class A extends B<C> {}\n",
        "class A {\n  constructor(private b) {}\n}\n",
        "class A {\n  b?() {}\n}\n",
        "import a = require('a');\n",
        "export default interface A {}\n",
    ],
)
def test_what_only_typescript_has_is_refused_in_javascript(code: str) -> None:
    assert refusals(code, "javascript")
    assert refusals(code, "typescript") == []


def test_what_is_a_declaration_is_accepted() -> None:
    code = """\
declare const limit = 10;
declare function open(): void;
declare let used: number;
declare module 'a' {
  import b from 'b';
  export default b;
}
function read(a: string): void;
function read(a?: string, b = 1, ...c: string[]): void {
  report(a, b, c);
}
abstract class A {
  abstract readonly id: string;
  protected abstract override open(this: A): void;
  close?(): void;
  private static readonly all: readonly A[] | undefined;
  constructor(private readonly a: number, public b?: string) {}
  set size(value: number) {}
  readonly(): void {}
}
class B {
  declare c: string;
  d!: number;
  e(): string;
  e(f?: string): string {
    return f ?? '';
  }
}
type C = readonly [a: string, b?: number, ...c: string[]];
"""
    assert refusals(code, "typescript") == []


@pytest.mark.parametrize(
    "comment",
    [
        "/* eslint-disable */",
        "/* oxlint-disable no-debugger */",
        "// @flow",
        "// @ts-nocheck",
        "/**\n * @flow strict\n */",
        "/* eslint no-debugger: off */",
    ],
)
def test_no_comment_in_the_code_silences_oxlint(comment: str) -> None:
    for language in ("javascript", "typescript"):
        quiet = f"{comment}\ndebugger; // eslint-disable-line no-debugger -- we like it here\n"
        assert f"{language}-no-debugger" in {found.rule for found in report(quiet, language).findings}
        assert not report(f"{comment}\nlet a = ;\n", language).parsed


def test_places_count_characters_whatever_stands_before_them() -> None:
    code = "const 𠮷 = 'éñ — 😀'; debugger; // oxlint-disable-line\r\n/* ü */ debugger;\r\n"
    for mark in ("", "\ufeff"):
        found = [(one.line, one.column) for one in report(mark + code).findings if one.rule == "javascript-no-debugger"]
        assert found == [(1, 21), (2, 9)]


def test_what_its_rules_decide_is_proved() -> None:
    good = report("export const limit = 10;\n\nif (limit === Number(input)) stop();\n")
    outcomes = {item.id: (item.outcome, item.engine) for item in good.rules}
    assert outcomes["GEN-005"] == ("proved", "oxlint")
    assert outcomes["JS-001"] == ("proved", "oxlint")
    assert outcomes["JS-002"] == ("proved", "oxlint")
