"""The scaffold as a person reads it: names that say something, singulars, acronyms, spelling as in the code."""

from __future__ import annotations

import pytest

from code_assistant.scaffold import scaffold
from code_assistant.scaffold.naming import snake
from code_assistant.scaffold.outline import read_request
from code_assistant.scaffold.wording import does, heading, singular, spoken
from coding_standards.languages import NAMES
from tests.code_assistant.scaffold.test_scaffold import everything, findings

REQUESTS = (
    "Create an Express endpoint that lists invoices",
    "Write a React component that shows a list of categories",
    "Write a service that imports companies from a CSV file",
    "Parse ISO dates from log entries",
    "Create a table for invoices and a query for overdue ones",
    "Style a pricing card grid",
)


def whole(request: str, language: str, *libraries: str) -> str:
    return "\n".join(file.content for file in everything(request, language, *libraries))


@pytest.mark.parametrize(
    ("request_text", "subject", "operation"),
    [
        (REQUESTS[0], "list_invoices", "list_invoices"),
        (REQUESTS[1], "categories", "show_categories"),
        (REQUESTS[2], "company_service", "import_companies"),
        (REQUESTS[3], "parse_iso_dates", "parse_iso_dates"),
        (REQUESTS[5], "pricing_card_grid", "describe_pricing_card_grid"),
        ("Count the number of words in a file", "count_words", "count_words"),
        ("Sort a list of numbers", "sort_numbers", "sort_numbers"),
        ("Create a FastAPI app for invoices", "invoices", "handle_invoices"),
    ],
)
def test_a_name_says_what_a_thing_deals_with_and_not_what_it_is_made_with(
    request_text: str, subject: str, operation: str
) -> None:
    found = read_request(request_text, ("express",))
    assert (snake(found.subject), snake(found.operation.words)) == (subject, operation)


def test_a_row_is_one_of_what_the_table_is_named_after() -> None:
    assert "-- One row for each invoice.\n" in whole(REQUESTS[4], "sql")


def test_acronyms_are_written_in_capitals() -> None:
    assert '"""Parse ISO dates.' in whole(REQUESTS[3], "python")
    assert "# Parse ISO dates\n" in whole(REQUESTS[3], "html")


def test_a_comment_in_go_is_a_sentence_about_the_function() -> None:
    assert "// ParseIsoDates parses ISO dates.\n" in whole(REQUESTS[3], "go")
    assert "// IsEven tells whether it is even.\n" in whole("is_even that takes an integer", "go")


def test_no_article_stands_before_a_plural() -> None:
    for language in ("python", "javascript", "typescript", "java", "go", "rust"):
        text = whole(REQUESTS[3], language).lower().replace("_", " ")
        assert "refusesinvalid" in text or "refuses invalid" in text or "refuses an invalid value of" in text
        assert "an invalid iso" not in text


@pytest.mark.parametrize(
    ("language", "name"),
    [("python", "list_invoices"), ("rust", "list_invoices"), ("java", "listInvoices"), ("go", "ListInvoices")],
)
def test_the_document_spells_a_function_as_the_code_does(language: str, name: str) -> None:
    document = everything(REQUESTS[0], language)[-1].content
    assert f"- the body of `{name}`, which only says that it is not there yet;" in document


def test_the_document_installs_what_the_code_imports() -> None:
    assert "npm install express\nnode --test" in everything(REQUESTS[0], "javascript", "express@5")[-1].content
    assert "npm install" not in everything(REQUESTS[0], "javascript")[-1].content


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("invoices", "invoice"), ("categories", "category"), ("boxes", "box"), ("statuses", "status"),
        ("houses", "house"), ("causes", "cause"), ("addresses", "address"), ("people", "person"), ("news", "news"),
        ("bus", "bus"), ("analysis", "analysis"), ("heroes", "hero"), ("gas", "gas"), ("user", "user"),
    ],
)  # fmt: skip
def test_plurals_are_made_singular(plural: str, one: str) -> None:
    assert singular(("big", plural)) == ("big", one)


def test_words_are_spoken_as_people_write_them() -> None:
    assert spoken(("fetch", "urls", "as", "json")) == "fetch URLs as JSON"
    assert heading(("user", "id")) == "User ID"
    assert does(("copy", "files")) == "copies files"
    assert does(("fibonacci",)) == "is the start of: fibonacci"


@pytest.mark.parametrize("language", NAMES)
def test_these_requests_pass_every_rule_as_well(language: str) -> None:
    for request in REQUESTS:
        for libraries in ((), ("express", "react")):
            files = scaffold(request, language, libraries, include_tests=True, include_docs=False)
            assert [line for file in files for line in findings(file)] == []
