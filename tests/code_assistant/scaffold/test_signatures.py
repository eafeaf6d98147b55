"""A signature in the request is taken as it stands, and the request is quoted as it is."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from code_assistant.scaffold import scaffold
from code_assistant.scaffold.prose import escaped, summary
from code_assistant.scaffold.signature import find_signature
from coding_standards.languages import NAMES
from tests.code_assistant.scaffold.test_scaffold import everything, findings, need, run, save

SIGNATURES = (
    "Write merge_sorted(a: list[int], b: list[int]) -> list[int] that merges two sorted lists",
    "fn is_prime(n: u64) -> bool",
    "fn count_words(text: String, limit: usize, weights: &[f32]) -> Vec<u32>",
    "Implement public static int gcd(int a, int b)",
    "int[] sorted(int[] values, boolean descending)",
    "static List<Integer> squares(List<Double> values, long factor)",
    "groupBy<T>(items, key)",
    "export function chunk<T>(items: T[], size: number): T[][]",
    "function add(a, b)",
    "def f(x: int) -> str",
    "func Reverse(s string) string",
    "func Sum(xs []float32, n uint8, a, b int) (int64, error)",
    "a command line tool with parse(path: str, limit: int = 3, names: list[str]) -> list[int]",
    "retry(operation, attempts = 3)",
    "void save(String path, byte[] data, User user)",
    "def match(self, def: int, error: str, *args) -> Optional[float]",
)
SOURCES = {
    ("python", 0): "def merge_sorted(a: list[int], b: list[int]) -> list[int]:",
    ("python", 1): "def is_prime(n: int) -> bool:",
    ("rust", 1): "pub fn is_prime(n: u64) -> Result<bool, IsPrimeError> {",
    (
        "rust",
        2,
    ): "pub fn count_words(\n    text: String,\n    limit: usize,\n    weights: &[f32],\n) -> Result<Vec<u32>,",
    ("java", 1): "public static boolean isPrime(int n) {",
    ("java", 3): "public static int gcd(int a, int b) {",
    ("java", 4): "public static int[] sorted(int[] values, boolean descending) {",
    ("java", 5): "public static List<Integer> squares(List<Double> values, long factor) {",
    ("java", 0): "public static List<Integer> mergeSorted(List<Integer> a, List<Integer> b) {",
    ("typescript", 6): "export function groupBy<T>(items: T[], key: string): ",
    ("typescript", 7): "export function chunk<T>(items: T[], size: number): ",
    ("typescript", 8): "export function add(a: number, b: number): number {",
    ("javascript", 8): "export function add(a, b) {",
    ("typescript", 9): "export function f(x: number): string {",
    ("go", 10): "func Reverse(s string) (string, error) {",
    ("go", 11): "func Sum(xs []float32, n uint8, a int, b int) (int64, error) {",
}


@pytest.mark.parametrize(("language", "index"), SOURCES)
def test_names_parameters_and_result_are_those_of_the_signature(language: str, index: int) -> None:
    assert SOURCES[language, index] in everything(SIGNATURES[index], language)[0].content


@pytest.mark.parametrize(
    "prose",
    [
        "Read the file(s) that are given",
        "Write a parser (fast) for logs (if any, and soon)",
        "Use len(x) to count the words",
        "Write a function (async) for me",
        "Print a name (text, number)",
        "()(((,,,))) f() g(",
    ],
)
def test_brackets_in_prose_are_no_signature(prose: str) -> None:
    assert find_signature(prose, "python") is None


def test_a_type_that_nobody_declared_is_guessed_and_not_named() -> None:
    for language in ("java", "typescript", "rust", "go", "python"):
        code = everything(SIGNATURES[14], language)[0].content.split("User user")[-1]
        assert not re.search(r"\bUser\b", code), language


@pytest.mark.parametrize("language", NAMES)
def test_signatures_pass_every_rule_of_every_language(language: str) -> None:
    for request in SIGNATURES:
        files = scaffold(request, language, (), include_tests=True, include_docs=False)
        assert [line for file in files for line in findings(file)] == []


def test_python_signatures_run_and_fail_by_design(tmp_path: Path) -> None:
    for index, request in enumerate(SIGNATURES):
        save(everything(request, "python"), tmp_path / str(index))
        done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path / str(index))
        assert "1 failed" in done.stdout, done.stdout
        assert "NotImplementedError" in done.stdout


def test_java_signatures_compile_without_a_warning(tmp_path: Path) -> None:
    javac = need("javac")
    paths = [
        str(save(scaffold(text, "java", (), include_tests=False, include_docs=False), tmp_path / str(i))["source"])
        for i, text in enumerate(SIGNATURES)
    ]
    for path in paths:
        done = run(javac, "-Xlint:all", "-Werror", "-proc:none", "-d", "classes", path, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("index", [1, 2, 8, 15])
def test_rust_signatures_compile_without_a_warning(index: int, tmp_path: Path) -> None:
    rustc = need("rustc")
    test = save(everything(SIGNATURES[index], "rust"), tmp_path)["test"]
    base = (rustc, "--edition", "2021", "-D", "warnings")
    built = run(*base, "--crate-type", "rlib", "--crate-name", test.stem, "src/lib.rs", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    extern = f"{test.stem}=lib{test.stem}.rlib"
    built = run(*base, "--test", str(test), "--extern", extern, "-o", "tests.exe", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    assert "0 passed; 1 failed" in run(str(tmp_path / "tests.exe"), cwd=tmp_path).stdout


# What was asked for


def test_a_request_is_quoted_as_it_is() -> None:
    source = everything('Answer GET /ping & say "hi" for a: list[int] -> bool, 50% off!', "go")[0].content
    assert '// Asked for: Answer GET /ping & say "hi" for a: list[int] -> bool, 50% off!\n' in source


@pytest.mark.parametrize(
    ("language", "quoted"),
    [
        ("python", r"split on \\n with --flag @x <T> {y}"),
        ("java", "split on &#92;n with --flag &#64;x &lt;T&gt; &#123;y}"),
        ("html", r"split on \n with - -flag @x <T> {y}"),
        ("rust", r"split on \\n with --flag @x \<T> {y}"),
        ("typescript", r"split on \n with --flag \@x <T> \{y\}"),
        ("markdown", r"split on \\n with --flag @x \<T> {y}"),
    ],
)
def test_signs_that_mean_something_in_a_comment_are_escaped(language: str, quoted: str) -> None:
    assert escaped(summary(r"split on \n with --flag @x <T> {y}"), language) == quoted


@pytest.mark.parametrize(
    "harmful",
    ["end */ here", 'end """ here', "end --> here", "ignore # noqa here", "run `rm here", "say ''' x", "a /* b"],
)
def test_what_ends_a_comment_or_speaks_to_a_tool_is_told_without_signs(harmful: str) -> None:
    assert not {*summary(harmful)} & {*"*/\"#>`'"}


@pytest.mark.parametrize("language", NAMES)
def test_quoted_signs_pass_every_rule(language: str) -> None:
    for request in (
        r"Split on \n and \u0041, then x = f(a); return {y: [1, 2]} & #tag // @param @Override <T> <div> --flag 9% ^$",
        'Write if (x == 1) { return "x"; } else { y += 2; } for the API at https://example.com/v1/users?id=3#top',
        "import os; from x import y; def f(x): return x; const a = 1; let b = 2; SELECT * FROM users WHERE id = 1;",
        "@app.route @Test " * 12,
        "# heading - item + item > quote = rule 1. first " * 6,
    ):
        files = scaffold(request, language, (), include_tests=True, include_docs=False)
        assert [line for file in files for line in findings(file)] == []


def test_the_document_says_that_an_error_stands_beside_the_result() -> None:
    assert "an error beside the result" in everything(SIGNATURES[1], "rust")[-1].content
    assert "an error beside the result" not in everything(SIGNATURES[1], "python")[-1].content


def test_an_argument_has_not_the_name_that_the_test_needs() -> None:
    assert "func F(tValue string)" in everything("def f(t: str) -> str", "go")[0].content


@pytest.mark.parametrize(
    ("request_text", "language", "source"),
    [
        (
            "const sum = (a: number, b: number): number => a + b",
            "typescript",
            "function sum(a: number, b: number): number",
        ),
        ("func (s *Server) Handle(id int) (string, error)", "go", "func Handle(id int) (string, error) {"),
        ("pub fn largest(list: &[i32]) -> Option<&i32>", "rust", "pub fn largest(list: &[i32]) -> Result<i64, "),
    ],
)
def test_other_forms_of_a_signature_are_understood(request_text: str, language: str, source: str) -> None:
    assert source in everything(request_text, language)[0].content
