"""JSON with comments and trailing commas, and XML without entities: data or one error."""

from __future__ import annotations

import pytest

from groundwork.reading.json_text import JsonError, parse_jsonc
from groundwork.reading.xml_text import XmlError, parse_xml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2,], // one\n "b": "x // y, ]", /* , */}', {"a": [1, 2], "b": "x // y, ]"}),
        (r'{"a": "\"/*,}", }', {"a": '"/*,}'}),
        ("[1 /* , */ , ]", [1]),
        ('"https://x"', "https://x"),
    ],
)
def test_comments_and_trailing_commas_are_passed_over_and_strings_are_left_alone(text: str, value: object) -> None:
    assert parse_jsonc(text) == value


@pytest.mark.parametrize("text", ["", "{", '{"a": "x', "[1,,]", "/*", '"\\'])
def test_what_is_no_json_even_so_is_refused(text: str) -> None:
    with pytest.raises(JsonError):
        parse_jsonc(text)


def test_the_tags_of_xml_come_without_their_namespaces() -> None:
    assert parse_xml('<a xmlns="urn:x"><b>1</b></a>').findtext("b") == "1"


@pytest.mark.parametrize(
    "text", ["", "<a>", "<!DOCTYPE a><a/>", '<!doctype a [<!entity b "c">]><a>&b;</a>', "<a>&b;</a>"]
)
def test_xml_that_is_broken_or_declares_entities_is_refused(text: str) -> None:
    with pytest.raises(XmlError):
        parse_xml(text)
