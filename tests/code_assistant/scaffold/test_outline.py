"""What a request is taken for: its kind, its names, its values. Plain words are read; the rest gets a plain name."""

from __future__ import annotations

import pytest

from code_assistant.scaffold.naming import camel, module, pascal, snake, speak
from code_assistant.scaffold.outline import library_names, read_request
from code_assistant.scaffold.signature import find_signature
from tests.code_assistant.scaffold.samples import AUTHENTICATION, SIGNATURES, source


@pytest.mark.parametrize(
    ("request_text", "kind", "subject", "operation"),
    [
        (AUTHENTICATION, "endpoint", "user_authentication", "authenticate_user"),
        ("Create an endpoint to upload files", "endpoint", "upload_files", "upload_files"),
        ("Create an Express endpoint that lists invoices", "endpoint", "list_invoices", "list_invoices"),
        ("Create a FastAPI endpoint GET /api/users/{id} that returns one", "endpoint", "users", "handle_users"),
        ("Write a function that reverses a string", "function", "reverse_string", "reverse_string"),
        ("Write a function to check if a number is prime", "function", "is_prime", "is_prime"),
        ("Check if two strings are anagrams", "function", "are_anagrams", "are_anagrams"),
        ("Implement a function `parse_csv` for logs", "function", "parse_csv", "parse_csv"),
        ("Count the number of words in a file", "function", "count_number", "count_number"),
        ("Send a message to a queue", "function", "send_message", "send_message"),
        ("Find the longest palindromic substring", "function", "find_palindromic_substring", None),
        ("Fix the bug in the login function", "function", "login", "login"),
        ("Write a class ShoppingCart with methods add_item and total", "class", "shopping_cart", "add_item"),
        ("Create a class BankAccount with deposit and withdraw methods", "class", "bank_account", "deposit"),
        ("Write a class Robot with methods that are fast", "class", "robot", "validate"),
        ("Create a data model for a product", "class", "product", "validate"),
        ("Thread-safe bounded blocking queue", "class", "bounded_blocking_queue", "validate"),
        ("Create a users table with id and email", "table", "users", "validate"),
        ("Build a landing page for a coffee shop", "page", "landing_page", "handle_landing_page"),
        ("Write a React component that shows a list of categories", "page", "categories", "show_categories"),
        ("Style a pricing card grid", "style", "pricing_card_grid", None),
        ("Test the parser", "function", "check_parser", "check_parser"),
        ("Привет, создай функцию", "function", "requested_feature", "handle_requested_feature"),
    ],
)
def test_kind_subject_and_operation_are_read(request_text: str, kind: str, subject: str, operation: str | None) -> None:
    found = read_request(request_text)
    assert (found.kind, snake(found.subject)) == (kind, subject)
    assert operation in (None, snake(found.operation.words))


@pytest.mark.parametrize(
    ("request_text", "values", "returns"),
    [
        (AUTHENTICATION, "username:text password:text", "text"),
        ("function that takes a name and an integer age", "name:text age:whole", "text"),
        ("sort a list of numbers", "numbers:numbers", "numbers"),
        ("function that takes two numbers and returns a boolean", "first_number:number second_number:number", "flag"),
        (
            "Model of a product with price, tags and is_active",
            "price:number tags:texts is_active:flag",
            "flag",
        ),
        ("Create a product class with tests and good error handling", "name:text price:number", "flag"),
        ("Count the vowels in a string", "text:text", "whole"),
        ("Calculate the area of a circle", "circle:text", "number"),
        ("Merge two dictionaries", "first_dictionary:text second_dictionary:text", "text"),
        ("Parse an ISO 8601 duration", "iso_duration:text", "text"),
        ("Write a retry decorator with exponential backoff", "value:text", "text"),
        ("Keep a list of customers with name and email", "name:text email:text", "text"),
    ],
)
def test_values_are_read_with_their_types(request_text: str, values: str, returns: str) -> None:
    found = read_request(request_text)
    assert " ".join(f"{snake(entry.words)}:{entry.type}" for entry in found.parameters) == values
    assert found.operation.returns == returns


def test_names_follow_the_conventions_of_each_language_and_avoid_its_reserved_words() -> None:
    words = ("user", "id")
    assert (snake(words), camel(words), pascal(words), pascal(words, "go")) == ("user_id", "userId", "UserId", "UserID")
    assert snake(("class",), "python") == "class_value"
    assert camel(("new",), "java") == "newValue"
    assert snake(("order",), "sql") == "order_value"
    assert pascal(("string",)) == "StringItem"
    assert (module(("json",)), module(("class",)), module(("test", "it"))) == (
        "json_module",
        "class_module",
        "code_test_it",
    )
    assert speak(("parse", "iso", "dates")) == "parse ISO dates"


def test_of_a_library_the_name_alone_is_taken() -> None:
    given = (
        "fastapi==0.115",
        "@scope/name@1",
        "../../etc/passwd",
        "*/ evil",
        '"""',
        "",
        "left-pad; rm -rf /",
        "x" * 500,
    )
    assert library_names(given) == ("fastapi", "@scope/name", "left-pad", "x" * 60)


# Signatures


@pytest.mark.parametrize(
    ("language", "index", "line"),
    [
        ("python", 0, "def merge_sorted(a: list[int], b: list[int]) -> list[int]:"),
        ("python", 1, "def is_prime(n: int) -> bool:"),
        ("rust", 1, "pub fn is_prime(n: u64) -> Result<bool, IsPrimeError> {"),
        ("rust", 2, "    text: String,\n    limit: usize,\n    weights: &[f32],\n) -> Result<Vec<u32>,"),
        ("java", 0, "public static List<Integer> mergeSorted(List<Integer> a, List<Integer> b) {"),
        ("java", 3, "public static int[] sorted(int[] values, boolean descending) {"),
        ("java", 4, "public static List<Integer> squares(List<Double> values, long factor) {"),
        ("typescript", 5, "export function groupBy<T>(items: T[], key: string): "),
        ("typescript", 7, "export function add(a: number, b: number): number {"),
        ("javascript", 7, "export function add(a, b) {"),
        ("go", 8, "func Sum(xs []float32, n uint8, a int, b int) (int64, error) {"),
    ],
)
def test_names_values_and_result_are_those_of_a_signature(language: str, index: int, line: str) -> None:
    assert line in source(SIGNATURES[index], language)


@pytest.mark.parametrize("language", ["java", "typescript", "rust", "go", "python"])
def test_a_type_that_nobody_declared_is_guessed_and_not_named(language: str) -> None:
    code = source(SIGNATURES[9], language).split("User user")[-1]
    assert "User" not in code.replace("user", "")


@pytest.mark.parametrize(
    "prose",
    [
        "Read the file(s) that are given",
        "Write a parser (fast) for logs (if any, and soon)",
        "Use len(x) to count the words",
        "Print a name (text, number)",
        "()(((,,,))) f() g(",
    ],
)
def test_brackets_in_prose_are_no_signature(prose: str) -> None:
    assert find_signature(prose, "python") is None
