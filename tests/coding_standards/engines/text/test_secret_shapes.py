"""Keys known by their shape; made here from a beginning and letters, so that nobody takes them for real ones."""

from __future__ import annotations

import pytest

from coding_standards.engines.source import Source
from coding_standards.engines.text.lines import Text
from coding_standards.engines.text.secret_shapes import measure_entropy, read_shapes
from coding_standards.engines.text.secrets import secrets
from coding_standards.languages import find_language

LETTERS = "k3Yx9Qw7LmZp2RtV8NbCf5Hd4Js6Gu1T" * 4
HEX = "9f2c81e07b4d36a5" * 4
UUID = "9f2c81e0-7b4d-36a5-8e1f-0c2d4b6a8f13"


def is_found(literal: str, name: str = "a") -> bool:
    code = f'package a\n\nvar {name} = "{literal}"\n'
    return list(secrets(Text(Source(code, find_language("go"))))) != []


@pytest.mark.parametrize(
    "key",
    [
        f"ghp_{LETTERS[:36]}",
        f"sk-{LETTERS[:34]}",
        f"sk-{HEX[:32]}",
        f"sk-proj-{LETTERS[:40]}",
        f"xkeysib-{HEX}-{LETTERS[:16]}",
        f"pscale_pw_{LETTERS[:40]}",
        f"12345678:AA{LETTERS[:33]}".replace("12345678", "90817263"),
        f"pypi-AgEIcHlwaS5vcmc{LETTERS[:60]}",
        f"xoxb-9081726354-{LETTERS[:20]}",
        f"eyJ{LETTERS[:30]}.eyJ{LETTERS[:30]}.{LETTERS[:40]}",
        f"LTAI{LETTERS[:20]}",
        f"https://admin:{LETTERS[:12]}@db.example.org/x",
    ],
)
def test_an_issued_key_is_found_whatever_it_is_called(key: str) -> None:
    assert is_found(key)


@pytest.mark.parametrize("name", ["herokuId", "hubspot_client", "SNYK_ID"])
def test_a_key_without_a_shape_is_found_beside_its_issuer(name: str) -> None:
    assert is_found(UUID, name)
    assert not is_found(UUID, "orderId")


@pytest.mark.parametrize(
    "text",
    [
        "sk-circle-fade-dot-and-a-long-row-of-words",
        "sk-00000000000000000000000000000000",
        "eyJhbGciOiJIUzI1NiJ9",
        "key-value",
        "pul-request",
        "fm2_radio",
        "pat.one.two.three",
    ],
)
def test_words_that_begin_like_a_key_are_none(text: str) -> None:
    assert not is_found(text)


@pytest.mark.parametrize(
    "code",
    [
        'import jwt\n\ntoken = jwt.encode({"a": 1}, "my-signing-word", algorithm="HS256")\n',
        'import jwt\n\nKEY = "my-signing-word"\ntoken = jwt.encode({"a": 1}, KEY)\n',
    ],
)
def test_a_key_that_signs_is_found_whatever_it_says(code: str) -> None:
    assert list(secrets(Text(Source(code, find_language("python"))))) != []


def test_a_key_from_elsewhere_signs() -> None:
    code = 'import jwt\n\nKEY = os.environ["KEY"]\ntoken = jwt.encode({"a": 1}, KEY, algorithm="HS256")\n'
    assert list(secrets(Text(Source(code, find_language("python"))))) == []


def test_every_row_has_an_expression_and_an_id_of_its_own() -> None:
    shapes = read_shapes()
    assert len({shape.id for shape in shapes}) == len(shapes)
    assert all("key" in shape.expression.groupindex for shape in shapes)


def test_entropy_is_that_of_a_character() -> None:
    assert measure_entropy("aaaa") == 0
    assert measure_entropy("abcd") == 2
