"""Rust without its toolchain: what its reference allows is accepted, and what its compiler refuses is found."""

from __future__ import annotations

import pytest

from coding_standards.engines.astgrep.judgement import judge
from coding_standards.engines.rust.syntax import read
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.report import Finding


def judge_alone(code: str) -> tuple[Finding, ...]:
    source = Source(f"{code}\n", find_language("rust"))
    return judge(source, read(source), None, "").findings


@pytest.mark.parametrize(
    "code",
    [
        'unsafe extern "C" {\n    pub safe fn abs(x: i32) -> i32;\n    safe static LIMIT: u8;\n}',
        "fn f(run: Box<dyn 'static + FnOnce() + Send>) -> impl 'static + Sized { run() }",
        "type T = S<-92>;\n\nfn f() {\n    S { .. } = S {};\n}",
        "fn f(#[cfg(a)] #[allow(b)] x: u8) -> (u8, u8) { (1, #[cfg(test)] 2) }",
        "#[cfg(a)]\nfn f() {}\n\n#[cfg(not(a))]\nfn f() {}\n\nstruct g;\n\nconst A: i8 = -128i8;",
        "#![unsafe(a)]\n\nfn f<T: 'static>() { 'static: loop {} }",
        "struct S<#[cfg(a)] T: X, #[cfg(not(a))] T> {\n    a: T,\n}",
        "fn f() { let v = T![,]; m! { a => , / } }",
        "async fn f() { g().await; let c = async |x: u8| h(x).await; async move { i().await }.await }",
        "fn f() -> u8 { 'a: { break 'a 1 } }\n\nfn g() -> u8 { loop { break 2 } }",
        "fn f() { let x = (a as usize) < b && c < d; let y = Vec::<u8>::new(); }",
        "fn f(r#gen: u8) { let a = r#\"\\q\"# ; let b = b'\\xff'; let c = c\"a\"; let d = '\\u{1F600}'; }",
        "trait T { fn f(&self); const C: u8; type X; fn g(self: Box<Self>) {} }",
        "fn f() { let n = 1_000.5e-3f32 + 0xff_u8 as f32 + 1. + t.0.1; for i in 0..=9 {} }",
        "//! Docs.\n#![allow(a)]\n\n/* a /* b */ c */\n#[a]\nstruct S<'a, T: 'a, const N: usize>(&'a [T; N]);",
        "#[foreign] fn f();\n\n#[cfg(unix)] fn g() {}\n\n#[cfg(windows)] fn g() {}",
    ],
)
def test_valid_rust_is_accepted(code: str) -> None:
    assert judge_alone(code) == ()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("fn f(x) {}", "needs a type"),
        ("const A: u8 = 1u9;", "is not a number"),
        ("const A: u8 = 256u8;", "does not fit"),
        ("fn f();", "needs a body"),
        ("fn f(self) {}", "first parameter of a method"),
        ("fn f(a: u8, a: u8) {}", "two parameters"),
        ("trait T { pub fn f(); }", "as public as the trait"),
        ("enum E { pub A }", "as public as the enum"),
        ("enum E { A, A }", "twice"),
        ("impl T for S { type X; }", "needs to be told"),
        ("const X: u8;", "needs a value"),
        ("let x = 1;", "only items"),
        ("async unsafe const fn f() {}", "order"),
        ("fn f<T, 'a>() {}", "lifetimes come before"),
        ("fn f() -> bool { 1 < a < 3 }", "chained"),
        ("fn f() { let v = Vec<u8>::new(); }", "chained"),
        ("fn f() { x as usize < y; }", "parentheses"),
        ("fn f() { g().await; }", "no async function"),
        ("fn f() { async { || g().await }; }", "no async function"),
        ("fn f() { for _ in x { break 1; } }", "only `loop`"),
        ("fn f() { loop { (|| { break })() } }", "no loop"),
        ("fn f() { loop { break 'a; } }", "`'a`"),
        ("fn f() { let Some(x) = { y } else { return }; }", "before `else`"),
        ("fn f() { #[a] }", "before nothing"),
        ("struct S {\n    x: u8,\n    /// Nothing.\n}", "documents nothing"),
        ('fn f() { let s = "\\q"; }', "no escape"),
        ('fn f() { let s = b"é"; }', "ASCII"),
        ("fn f() { let n = 0b12; }", "not a number"),
        ('fn f() { let s = "a; }', "not closed"),
        ("fn f() { let x = 1 let y = 2; }", "cannot stand like this"),
        ("fn f() { let x = ; }", "cannot stand like this"),
        ("fn f() { else {} }", "is a keyword"),
        ("fn f() { if let Some(x) = y || z {} }", "beside `let`"),
        ("fn f() { (1 }", "closes nothing"),
        ("fn f() { a(1..=); }", "missing"),
    ],
)
def test_what_the_compiler_refuses_is_found(code: str, told: str) -> None:
    found = judge_alone(code)
    assert found
    assert told in " ".join(one.message for one in found)


def test_a_keyword_of_the_newest_edition_is_a_doubt() -> None:
    assert [one.soft for one in judge_alone("fn gen() {}")] == [True]
