"""What goes in and what comes out: the head of a phrase is kept, and an answer is never an argument."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from code_assistant.scaffold import scaffold
from code_assistant.scaffold.naming import snake
from code_assistant.scaffold.outline import read_request
from coding_standards.languages import NAMES
from tests.code_assistant.scaffold.test_scaffold import everything, findings, need, parameters, run, save
from tests.support import external

FUNCTIONS = {
    "parse an ISO 8601 duration": ("parse_iso_duration", [("iso_duration", "text")], "number"),
    "Calculate the checksum of a file": ("calculate_checksum", [("file", "text")], "text"),
    "Compute a checksum": ("compute_checksum", [("text", "text")], "text"),
    "Calculate the area of a circle": ("calculate_area", [("radius", "number")], "number"),
    "Write a function that computes the nth Fibonacci number": (
        "compute_nth_fibonacci_number", [("n", "whole")], "number",
    ),
    "Convert Celsius to Fahrenheit": ("convert_celsius", [("celsius", "number")], "number"),
    "Convert a roman numeral to an integer": ("convert_roman_numeral", [("roman_numeral", "text")], "whole"),
    "Count the vowels in a string": ("count_vowels", [("text", "text")], "whole"),
    "Find the longest palindromic substring": ("find_palindromic_substring", [("text", "text")], "text"),
    "Merge two dictionaries": (
        "merge_two_dictionaries", [("first_dictionary", "text"), ("second_dictionary", "text")], "text",
    ),
    "Implement quicksort": ("quicksort", [("numbers", "numbers")], "numbers"),
    "Sort a list of integers": ("sort_integers", [("integers", "wholes")], "wholes"),
    "Generate a random password with a length of 12": ("random_password", [("length", "whole")], "text"),
    "Fix the bug in the login function": ("log_in", [("username", "text"), ("password", "text")], "text"),
    "Fix the off-by-one error in the pagination": ("pagination", [("value", "text")], "text"),
    "Check if two strings are anagrams": (
        "are_anagrams", [("first_string", "text"), ("second_string", "text")], "flag",
    ),
    "Build a URL shortener": ("shorten_url", [("url", "text")], "text"),
    "Write a retry decorator with exponential backoff": ("retry_decorator", [("value", "text")], "text"),
    "Write a binary search function": ("binary_search", [("numbers", "numbers"), ("target", "number")], "whole"),
    "Round a number to two decimals": ("round_number", [("number", "number")], "number"),
    "Remove duplicates from a list": ("remove_duplicates", [("values", "texts")], "texts"),
    "Download an image from a URL": ("download_image", [("url", "text")], "text"),
    "Format a date": ("format_date", [("date", "text")], "text"),
    "Refactor this code to use async/await": ("handle_requested_feature", [("value", "text")], "text"),
}  # fmt: skip
STRUCTURES = {
    "Thread-safe bounded blocking queue": ("bounded_blocking_queue", ["take", "size", "is_empty"], ["capacity"]),
    "Implement a binary search tree": ("binary_search_tree", ["size", "is_empty"], ["values"]),
    "Implement an LRU cache with a capacity": ("lru_cache", ["clear", "size"], ["capacity"]),
    "Write a rate limiter class": ("rate_limiter", ["is_allowed"], ["limit", "window_seconds"]),
    "Write an invoice parser": ("invoice_parser", ["parse_invoice"], ["name"]),
    "Write a class Parser": ("parser", ["parse_input"], ["name"]),
}  # fmt: skip
OTHERS = ("Animate a loading spinner", "A landing page with a contact form", "Write a class Robot")


@pytest.mark.parametrize("request_text", FUNCTIONS)
def test_what_is_computed_is_the_answer_and_not_what_goes_in(request_text: str) -> None:
    name, entries, returns = FUNCTIONS[request_text]
    operation = read_request(request_text, ()).operation
    assert (snake(operation.words), parameters(request_text), operation.returns) == (name, entries, returns)


@pytest.mark.parametrize("request_text", STRUCTURES)
def test_a_thing_that_holds_others_keeps_its_head_and_gets_its_methods(request_text: str) -> None:
    found = read_request(request_text, ())
    methods = [snake(operation.words) for operation in found.operations]
    fields = [snake(entry.words) for entry in found.parameters]
    assert (found.kind, (snake(found.subject), methods, fields)) == ("class", STRUCTURES[request_text])


def test_a_verb_at_the_beginning_makes_a_function_of_what_could_be_a_thing() -> None:
    for request in ("Send a message to a queue", "Read a CSV file and sum a column", "Invert a binary tree"):
        assert read_request(request, (), "python").kind == "function"


def test_a_controller_is_called_so_once() -> None:
    files = everything("Spring Boot controller for invoices", "java", "spring-boot")
    assert "src/main/java/com/example/invoices/InvoicesController.java" in [file.path for file in files]
    assert not any("ControllerController" in file.content for file in files)


def test_a_verb_that_stands_alone_is_done_to_something() -> None:
    source = everything("Write a class Robot", "go")[0].content
    assert "// Run runs the robot.\n" in source


def test_a_page_with_a_form_has_its_fields() -> None:
    page = everything(OTHERS[1], "html")[0]
    assert page.path == "landing-page.html"
    assert '<form action="/contact" method="post">' in page.content
    assert '<input id="field-email" name="email" type="email"' in page.content
    assert '<textarea id="field-message" name="message"' in page.content


def test_what_is_to_be_animated_has_its_keyframes() -> None:
    sheet = everything(OTHERS[0], "css")[0]
    assert sheet.path == "loading-spinner.css"
    assert "@keyframes loading-spinner-turn {\n  to {\n    transform: rotate(1turn);" in sheet.content
    assert "prefers-reduced-motion: no-preference" in sheet.content
    assert "@keyframes" not in everything("Style a pricing card", "css")[0].content


@pytest.mark.parametrize("language", NAMES)
def test_all_of_them_pass_every_rule(language: str) -> None:
    for request in (*FUNCTIONS, *STRUCTURES, *OTHERS):
        files = scaffold(request, language, (), include_tests=True, include_docs=False)
        assert [line for file in files for line in findings(file)] == []


@pytest.mark.parametrize("request_text", list(STRUCTURES)[:4])
def test_python_structures_fail_by_design(request_text: str, tmp_path: Path) -> None:
    save(everything(request_text, "python"), tmp_path)
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert "1 failed" in done.stdout, done.stdout
    assert "NotImplementedError" in done.stdout


@pytest.mark.parametrize("request_text", [*list(STRUCTURES)[:2], "Merge two dictionaries", OTHERS[1]])
def test_node_tests_fail_by_design(request_text: str, tmp_path: Path) -> None:
    node = str(external.need_node())
    language = "html" if request_text == OTHERS[1] else "javascript"
    path = save(everything(request_text, language), tmp_path)["test"]
    assert "fail 1\n" in run(node, "--test", str(path), cwd=tmp_path).stdout


@pytest.mark.parametrize("request_text", list(STRUCTURES)[:4])
def test_java_and_rust_structures_compile_without_a_warning(request_text: str, tmp_path: Path) -> None:
    javac, rustc = need("javac"), need("rustc")
    path = save(scaffold(request_text, "java", (), include_tests=False, include_docs=False), tmp_path)["source"]
    done = run(javac, "-Xlint:all", "-Werror", "-proc:none", "-d", "classes", str(path), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    save(everything(request_text, "rust"), tmp_path)
    base = (rustc, "--edition", "2021", "-D", "warnings", "--crate-type", "rlib", "--crate-name", "scaffold")
    done = run(*base, "src/lib.rs", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


MIDDLEWARE = "Express middleware that logs requests"


@pytest.mark.parametrize("language", ["javascript", "typescript"])
def test_a_middleware_of_express_has_no_route_and_hands_on(language: str) -> None:
    source, test, _ = everything(MIDDLEWARE, language, "express")
    assert "export function logRequests(request" in source.content
    assert "next(new Error(" in source.content
    assert "router" not in source.content
    assert findings(source) + findings(test) == []


def test_a_middleware_fails_by_design(tmp_path: Path) -> None:
    node = str(external.need_node())
    path = save(everything(MIDDLEWARE, "javascript", "express"), tmp_path)["test"]
    done = run(node, "--test", str(path), cwd=tmp_path).stdout
    assert "fail 1\n" in done
    assert "pass 1\n" in done


def test_the_route_that_is_asked_for_is_the_route() -> None:
    files = everything("Write a health check endpoint /ping", "python", "fastapi")
    assert '@router.post("/ping")' in files[0].content


def test_a_duration_says_what_it_counts() -> None:
    assert "The outcome of: parse ISO duration, in seconds." in everything(next(iter(FUNCTIONS)), "python")[0].content


def test_a_class_of_a_sheet_begins_with_a_letter() -> None:
    assert findings(everything("Animate 3.14 circles", "css")[0]) == []


def test_methods_may_be_named_before_the_word() -> None:
    found = read_request("Create a class BankAccount with deposit and withdraw methods", ())
    assert [snake(operation.words) for operation in found.operations] == ["deposit", "withdraw"]


def test_a_path_without_a_noun_names_what_is_dealt_with() -> None:
    found = read_request("Create a FastAPI endpoint GET /api/users/{id} that returns one", ("fastapi",))
    assert (snake(found.subject), snake(found.operation.words)) == ("users", "handle_users")
