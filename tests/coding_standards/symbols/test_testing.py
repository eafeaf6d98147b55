"""Whether a file holds tests, and which part of it they are."""

from __future__ import annotations

import time

import pytest

from coding_standards.engines.source import Source
from coding_standards.languages import language_of_path
from coding_standards.symbols import find_test_regions, holds_tests


def source(code: str, path: str) -> Source:
    language = language_of_path(path)
    assert language is not None
    return Source(code, language, path)


@pytest.mark.parametrize(
    ("path", "code", "expected"),
    [
        ("a.py", "def test_a():\n    assert 1\n", True),
        ("a.py", "class A(unittest.TestCase):\n    def check(self): ...\n", True),
        ("a.py", "class A(APITestCase):\n    def test_b(self): ...\n", True),
        ("a.py", "class TestA:\n    async def test_b(self): ...\n", True),
        ("a.py", "class A:\n    def test_connection(self): ...\n", False),
        ("a.py", "def testing(): ...\n", False),
        ("a.js", "describe('a', () => { it('b', () => {}); });\n", True),
        ("a.js", "test.each([[1, 2]])('adds %i', function () {});\n", True),
        ("a.js", "it.each`a`('adds $a', ({ a }) => {});\n", True),
        ("a.js", "test.concurrent.each([1])('b', async () => {});\n", True),
        ("a.ts", "test.each<Case>([one])('b', ({ a }) => {});\n", True),
        ("a.ts", "test.for([1])('b', (a) => {});\n", True),
        ("a.ts", "it('b', fakeAsync(() => {}));\n", True),
        ("a.ts", "Deno.test({ name: 'b', fn() {} });\n", True),
        ("a.js", "t.test('b', (t) => t.end());\n", True),
        ("a.js", "it.skip('b', function () {});\n", True),
        ("a.js", "test('a');\n", False),
        ("a.js", "const found = pattern.test('a', () => 1);\n", False),
        ("a.tsx", "it('b', async () => { render(<A />); });\n", True),
        ("A.java", "class A { @Test void b() {} }\n", True),
        ("A.java", "class A { @org.junit.jupiter.api.Test void b() {} }\n", True),
        ("A.java", "class A { @TestTemplate void b() {} }\n", True),
        ("A.java", "class A { @ArchTest static final ArchRule B = c; }\n", True),
        ("A.java", "public class A extends TestCase { public void testB() {} }\n", True),
        ("A.java", "import net.jqwik.api.*;\nclass A { @Property boolean b(@ForAll int c) { return true; } }\n", True),
        ("A.java", 'class A { @Property("b") String b; }\n', False),
        ("A.java", "class A { @Override void b() {} }\n", False),
        ("a_test.go", "package a\n\nfunc TestB(t *testing.T) {}\n", True),
        ("a_test.go", 'package a\n\nvar _ = Describe("b", func() {})\n', True),
        ("a_test.go", "package a\n\nfunc ExampleB() {}\n", True),
        ("a_test.go", "package a_test\n\nfunc ExampleB() {}\n", True),
        ("a.go", "package a\n\nfunc ExampleB() {}\n", False),
        ("a.go", "package a\n\nfunc TestB(t *testing.T) {}\n", False),  # which nobody runs
        ("a_test.go", "package a\n\nfunc Testify(t int) {}\n", False),
        ("a.rs", "#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() {}\n}\n", True),
        ("a.rs", "#[tokio::test]\nasync fn a() {}\n", True),
        ("a.rs", "proptest! {\n    #[test]\n    fn a(b in 0..1) {}\n}\n", True),
        ("a.rs", "fn test() {}\n", False),
        ("a.sql", "SELECT plan(1);\nSELECT ok(true);\n", True),
        ("a.sql", "SELECT extensions.plan(3);\n", True),
        ("a.sql", "SELECT * FROM runtests('a'::name);\n", True),
        ("a.sql", "CREATE FUNCTION a() RETURNS SETOF text AS $$ BEGIN RETURN NEXT ok(b()); END $$;\n", True),
        ("a.sql", "-- SELECT plan(1);\nSELECT plan FROM tests;\n", False),
        ("a.html", "<p>test</p>\n", False),
    ],
)
def test_tests_are_known_by_their_framework(path: str, code: str, expected: bool) -> None:
    assert holds_tests(source(code, path)) is expected


@pytest.mark.parametrize(
    "path",
    [
        *("test_a.py", "a_test.py", "conftest.py", "tests/helpers.py", "src\\tests\\a.py", "a.test.ts", "a.spec.jsx"),
        *("__tests__/a.js", "a_test.go", "ATest.java", "OrderIT.java", "src/test/java/Fake.java", "tests/common.rs"),
    ],
)
def test_a_file_of_tests_is_known_by_its_path(path: str) -> None:
    assert find_test_regions(source("", path)).is_all


@pytest.mark.parametrize("path", ["a.py", "latest.py", "contest_a.py", "a.ts", "Contest.java", "Limit.java", "a.rs"])
def test_other_paths_say_nothing(path: str) -> None:
    assert not find_test_regions(source("", path)).is_all


@pytest.mark.parametrize(
    ("path", "code", "lines"),
    [
        ("a.rs", "pub fn a() {}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn b() {}\n}\n", {3, 4, 5, 6, 7}),
        ("a.rs", "pub fn a() {}\n\n#[test]\n#[ignore]\nfn b() {}\nfn c() {}\n", {3, 4, 5}),
        ("a.rs", "pub fn a() {}\n#[cfg(not(test))]\nfn b() {}\n#[test]\nfn c() {}\n", {4, 5}),
        ("a.rs", "#[test]\nfn a() {}\nfn helper() {}\n", {1, 2, 3, 4}),
        ("a.py", "def connect(): ...\n\n\ndef test_a(): ...\n", {4}),
        ("a.py", "class A:\n    def test_b(self): ...\n", set()),
        ("a.py", "@fixture\ndef client(): ...\nclass FakeA: ...\ndef test_b(client): ...\n", {1, 2, 3, 4, 5}),
        ("a.ts", "export function a() {}\nit('b', () => {\n  a();\n});\n", {2, 3, 4}),
        ("a.ts", "const a = 1;\nit('b', () => {});\n", {1, 2, 3}),
        ("A.java", "public class A {}\nclass B {\n  int c;\n  @Test void d() {}\n}\n", {2, 3, 4, 5}),
        ("a.go", "package a\n\nfunc A() {}\n\nfunc TestA(t *testing.T) {\n}\n", {5, 6}),
    ],
)
def test_only_the_tests_of_a_file_are_a_region(path: str, code: str, lines: set[int]) -> None:
    regions = find_test_regions(source(code, path))
    numbers = range(1, code.count("\n") + 2)
    assert {number for number in numbers if regions.covers_line(number)} == lines
    assert regions.covers(code.index("\n")) is (1 in lines)


@pytest.mark.parametrize("unit", ["#[test]\n", "#[test]\nfn a() {}\n", "// a\n", "#[cfg(test)]"])
def test_a_long_row_of_marks_takes_no_time(unit: str) -> None:
    code = source("pub fn z() {}\n" + unit * (100_000 // len(unit)) + "fn a() {}\n", "a.rs")
    started = time.perf_counter()
    find_test_regions(code)
    assert time.perf_counter() - started < 10.0
