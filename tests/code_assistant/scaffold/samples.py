"""What the tests of the scaffold share: representative requests, and files written, judged and run."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from code_assistant.result import GeneratedFile
from code_assistant.scaffold import scaffold
from coding_standards.checks.checker import check, ruleset_for
from coding_standards.languages import find_language
from coding_standards.library.snapshot import Library
from coding_standards.library.store import load_library

AUTHENTICATION = "Create a REST API endpoint for user authentication"
REGISTRATION = "Create an API to register products with name, price, quantity, tags, weights and active"
FUNCTION = (
    "Function `parse_csv` that takes a path, a list of numbers, an integer offset, a boolean flag and a word list"
)
CLASS = "Write a class ShoppingCart with methods add_item, remove_item and total"
TABLE = "Create a users table with id, email, password, age and created_at"
COMPONENT = "Create a React component UserCard with name, age and avatar_url"
PAGE = "A landing page with a contact form"
STYLE = "Design a responsive navigation bar"
QUERY = "query to find all orders of a customer in the last month"
SHORT = "Write a function that reverses a string"
RESERVED = "Create a function named class that takes import, def, self, type, match, async, request and result"
RESERVED_CLASS = "Create a class String with methods toString, equals, hashCode, wait, constructor and validate"
RESERVED_ENDPOINT = "Create an http endpoint with error, result, request, body and outcome"
ORDINARY = (
    *(AUTHENTICATION, REGISTRATION, FUNCTION, CLASS, TABLE, COMPONENT, PAGE, STYLE, QUERY, SHORT),
    *(RESERVED, RESERVED_CLASS, RESERVED_ENDPOINT),
)
SIGNATURES = (
    "Write merge_sorted(a: list[int], b: list[int]) -> list[int] that merges two sorted lists",
    "fn is_prime(n: u64) -> bool",
    "fn count_words(text: String, limit: usize, weights: &[f32]) -> Vec<u32>",
    "int[] sorted(int[] values, boolean descending)",
    "static List<Integer> squares(List<Double> values, long factor)",
    "groupBy<T>(items, key)",
    "export function chunk<T>(items: T[], size: number): T[][]",
    "function add(a, b)",
    "func Sum(xs []float32, n uint8, a, b int) (int64, error)",
    "void save(String path, byte[] data, User user)",
    "def match(self, def: int, error: str, *args) -> Optional[float]",
)
LONG = "Write reconcile_outstanding_invoices({})".format(
    ", ".join(f"reconciliation_value_{letter}: list[int]" for letter in "abcdef")
)
LONG_ENDPOINT = "Create an endpoint called internationalReconciliationService with fields {}".format(
    ", ".join(f"{letter}_balance_of_the_account" for letter in "abcdef")
)
LIBRARIES = ("fastapi==0.115", "pydantic", "express", "react@19", "github.com/gin-gonic/gin", "left-pad; rm -rf /")


def everything(request: str, language: str, *libraries: str) -> tuple[GeneratedFile, ...]:
    return scaffold(request, language, libraries, include_tests=True, include_docs=True)


def source(request: str, language: str, *libraries: str) -> str:
    return everything(request, language, *libraries)[0].content


def save(files: tuple[GeneratedFile, ...], root: Path) -> dict[str, Path]:
    """Write the files; return the last path of each role."""
    paths: dict[str, Path] = {}
    for file in files:
        paths[file.role] = root / file.path
        paths[file.role].parent.mkdir(parents=True, exist_ok=True)
        paths[file.role].write_text(file.content, encoding="utf-8")
    return paths


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


@cache
def library() -> Library:
    return load_library()


def findings(file: GeneratedFile) -> list[str]:
    """What our own checker says of a file, of any severity."""
    language = find_language(file.language)
    report = check(file.content, language, ruleset_for(library(), language, file.path), file.path)
    assert report.parsed, f"{file.path} does not parse:\n{file.content}"
    return [f"{found.rule} ({found.severity}) {file.path}:{found.line}: {found.excerpt}" for found in report.findings]
