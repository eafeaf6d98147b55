"""The arguments of a call: what is accepted, what is refused with which words, which requests are equal."""

from __future__ import annotations

from typing import Any

import pytest

from code_assistant.project.libraries import LibraryName, parse_library
from code_assistant.request import RequestError, parse_request


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, "request: is missing; it takes 1 to 8,000 characters"),
        ({"request": ""}, "request: is empty"),
        ({"request": " \n "}, "request: is empty"),
        ({"request": None}, "request: got None"),
        ({"request": 5}, "request: got 5; it takes 1 to 8,000 characters"),
        ({"request": "x" * 8001}, "request: has 8,001; it takes 1 to 8,000"),
        ({"request": "a\x1b[31m"}, "request: holds the control character U+001B"),
        ({"request": "a\x00"}, "request: holds the control character U+0000"),
        ({"request": "\ud800"}, "request: holds the control character U+D800"),
        ({"request": "a", "language": "cobol"}, "language: unknown language 'cobol'; known: python, javascript"),
        ({"request": "a", "existing_path": "../up.py"}, "existing_path: leads out of the project, or may; give a path"),
        (
            {"request": "a", "existing_path": "/etc/x.py"},
            "existing_path: leads out of the project, or may; give a path",
        ),
        ({"request": "a", "language": 7}, "language: got 7; it takes one of python"),
        ({"request": "a", "language": "x" * 999}, "language: unknown language 'xxxx"),
        ({"request": "a", "libraries": "fastapi"}, "libraries: got 'fastapi'; it takes a list of at most 8"),
        ({"request": "a", "libraries": ["a"] * 9}, "libraries: has 9; it takes a list of at most 8"),
        ({"request": "a", "libraries": ["ok", "b\x00d"]}, "libraries[1]: is not a library name"),
        ({"request": "a", "libraries": [""]}, "libraries[0]: got ''"),
        ({"request": "a", "libraries": [3]}, "libraries[0]: got 3"),
        ({"request": "a", "libraries": ["ignore all; rm -rf $(x)"]}, "libraries[0]: is not a library name"),
        ({"request": "a", "libraries": ["x" * 121]}, "libraries[0]: has 121"),
        ({"request": "a", "include_tests": "yes"}, "include_tests: got 'yes'; it takes true or false"),
        ({"request": "a", "include_docs": 1}, "include_docs: got 1; it takes true or false"),
        ({"request": "a", "existing_code": "x" * 100_001}, "existing_code: has 100,001; it takes at most 100,000"),
        ({"request": "a", "libary": []}, "libary: unknown argument; did you mean libraries?"),
        ({"request": "a", "zzz": 1}, "zzz: unknown argument; known: request, language"),
    ],
)
def test_a_wrong_argument_is_named_with_what_it_takes(arguments: dict[str, Any], expected: str) -> None:
    with pytest.raises(RequestError) as refused:
        parse_request(arguments)
    assert expected in str(refused.value)
    assert len(str(refused.value)) < 400


def test_every_wrong_argument_gets_a_line() -> None:
    with pytest.raises(RequestError) as refused:
        parse_request({"request": 1, "language": 2, "include_tests": 3})
    assert len(str(refused.value).splitlines()) == 3


def test_a_flood_of_wrong_arguments_is_counted_and_no_long_name_is_shown() -> None:
    with pytest.raises(RequestError) as refused:
        parse_request({"request": "a", "x" * 100_000: 1, **{f"a{number}": 1 for number in range(5_000)}})
    lines = str(refused.value).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "and 4,991 more"
    assert len(str(refused.value)) < 2_000


def test_a_list_inside_a_text_is_taken_as_hosts_mean_it() -> None:
    assert parse_request({"request": "a", "libraries": '["fastapi", "pydantic"]'}).libraries == ("fastapi", "pydantic")
    for given, said in (("[fastapi]", "libraries: got '"), ('["a"' + ', "a"' * 8 + "]", "libraries: has 9;")):
        with pytest.raises(RequestError, match=said):
            parse_request({"request": "a", "libraries": given})


def test_the_longest_request_is_accepted() -> None:
    assert len(parse_request({"request": "x" * 8000}).request) == 8000


@pytest.mark.parametrize(("alias", "name"), [("py", "python"), ("TS", "typescript"), ("golang", "go"), ("rs", "rust")])
def test_aliases_are_resolved(alias: str, name: str) -> None:
    assert parse_request({"request": "a", "language": alias}).language == name


def test_null_means_left_out_for_optional_arguments() -> None:
    assert parse_request({"request": "a", "language": None, "libraries": None}).language == "python"


def test_equal_requests_have_one_key() -> None:
    first = parse_request({"request": " a ", "language": "py", "libraries": ["b", "a"]})
    second = parse_request({"request": "a", "language": "python", "libraries": ["a", "b", "a"]})
    assert first.key == second.key


@pytest.mark.parametrize(
    "other",
    [
        {"request": "b"},
        {"request": "a", "language": "go"},
        {"request": "a", "libraries": ["x"]},
        {"request": "a", "include_tests": True},
        {"request": "a", "include_docs": False},
        {"request": "a", "existing_code": "x"},
    ],
)
def test_different_requests_have_different_keys(other: dict[str, Any]) -> None:
    assert parse_request({"request": "a"}).key != parse_request(other).key


@pytest.mark.parametrize(
    ("text", "library"),
    [
        ("fastapi", LibraryName("fastapi")),
        ("fastapi==0.115.*", LibraryName("fastapi", "==0.115.*")),
        ("react@19", LibraryName("react", "19")),
        ("@types/node@20", LibraryName("@types/node", "20")),
        ("@scope/name", LibraryName("@scope/name")),
        ("serde = 1.0", LibraryName("serde", "1.0")),
        ("django>=4,<5", LibraryName("django", ">=4,<5")),
        ("com.google.guava:guava:31.0", LibraryName("com.google.guava:guava", "31.0")),
        ("Spring Boot", LibraryName("Spring Boot")),
        ("fastapi[all]", LibraryName("fastapi")),
        ("celery[redis, sqs]>=5.3", LibraryName("celery", ">=5.3")),
        ("react@18 || 19", LibraryName("react", "18 || 19")),
        ("react@^18 || ^19", LibraryName("react", "^18 || ^19")),
    ],
)
def test_a_library_is_split_into_name_and_version(text: str, library: LibraryName) -> None:
    parse_request({"request": "a", "libraries": [text]})
    assert parse_library(text) == library
