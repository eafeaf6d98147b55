"""Secrets in strings: beside a name, in an address, in a call; each rule's own examples are in the rules files."""

from __future__ import annotations

import time

import pytest

from coding_standards.engines.source import Source
from coding_standards.engines.text.lines import Text
from coding_standards.engines.text.secret_examples import without_examples
from coding_standards.engines.text.secret_places import places_of_secrets
from coding_standards.engines.text.secret_values import looks_chosen, looks_issued, looks_random, looks_random_in_url
from coding_standards.engines.text.secrets import secrets
from coding_standards.languages import language_of_path

SPACE = " " * 10_000
HOSTILE = (
    f"secret{SPACE}",
    f"getconnection({SPACE}",
    f"jwt.sign(a{SPACE}",
    "password = ",
    "token:token",
    "secret || ",
    "://u:aaaaaaa1@",
    '"a:bbbbbbb1@tcp(',
    "${a.b:",
    "secret\n\n\n\n",
)
HOSTILE_EXAMPLES = (
    "example: [password='kV9rq2Lm',",
    "(@example.com,",
    "schema({'@example.com'})[",
    "((((]",
    "}{",
)


def lines(code: str, path: str) -> list[int]:
    language = language_of_path(path)
    assert language is not None
    return [hit.line for hit in secrets(Text(Source(code, language, path)))]


@pytest.mark.parametrize(
    "value", ["hunter2Kx9vQp", "kV9!rq2Lm#8zTw4p", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzR4q9TvLpW", "3f2504e0-4f89-41d3"]
)
def test_letters_and_digits_in_no_order_look_random(value: str) -> None:
    assert looks_random(value)


@pytest.mark.parametrize(
    "value",
    [
        *(
            "correcthorse",
            "changeme123",
            "Passwort2",
            "loginForm2",
            "pbkdf2_sha256",
            "MODE_2",
            "col-span-2",
            "md:w-1/2",
        ),
        *("forms.login.word2", "/etc/app/v1", "https://a.b/c1", "${db.word1}", "{word1}", "<word-1>", "%s-%d-a1b2"),
        *("Alt+Shift+F10", "12345678", "X-Api-V2"),
    ],
)
def test_names_paths_and_place_holders_do_not_look_random(value: str) -> None:
    assert not looks_random(value)


def test_a_word_that_means_other_things_too_asks_for_more() -> None:
    assert looks_chosen("kV9rq2Lm")
    assert not looks_chosen("RenderPass2")
    assert not looks_chosen("a8f5f167")
    assert looks_issued("9aZ3kLmNq8RtV2wXyB7c")
    assert looks_issued("7203948571:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw8")
    assert not looks_issued("support.function.C99.c")
    assert not looks_issued("a8f5f167f44f4964e6c998dee827110c")


def test_examples_in_addresses_are_passed_over() -> None:
    assert looks_random_in_url("r00tPw9xZ")
    assert looks_random_in_url("r00t%40Pw9xZ")
    for value in ("password", "p4ssw0rd1x", "p%40ssword1", "hunter2", "dev2024x1"):
        assert not looks_random_in_url(value)
    assert lines("url = 'https://user:pass1word2@www.example.org/'\n", "a.py") == []


def test_each_string_is_told_once_and_tests_are_passed_over() -> None:
    code = "password = 'hunter2Kx9vQp'\nurl = 'redis://:r00tPw9xZ@a?password=r00tPw9xZ'\n"
    assert lines(code, "a.py") == [1, 2]
    assert lines(code, "test_a.py") == []
    assert lines("key = 'AKIA2E0A8F3B244C9986'\n", "test_a.py") == [1]


def test_production_code_beside_inline_tests_is_judged() -> None:
    tests = '#[cfg(test)]\nmod tests {\n    const PASSWORD: &str = "hunter2Kx9vQp";\n\n    #[test]\n    fn a() {}\n}\n'
    assert lines(tests, "a.rs") == []
    assert lines('const PASSWORD: &str = "hunter2Kx9vQp";\n' + tests, "a.rs") == [1]


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_text_of_nothing_but_names_takes_no_time(unit: str) -> None:
    code = unit * (200_000 // len(unit))
    started = time.perf_counter()
    list(places_of_secrets(code, code.lower()))
    assert time.perf_counter() - started < 10.0


@pytest.mark.parametrize(
    "path",
    [
        *("Login.stories.tsx", "src/fixtures/a.ts", "loginFixtures.ts", "mockUsers.ts", "src/__mocks__/a.ts"),
        *("vitest.setup.ts", "prisma/seed.ts", "user_factories.py", "UserSeeder.java", "a.mock.js"),
    ],
)
def test_what_is_made_up_in_stories_mocks_and_seeds_is_passed_over(path: str) -> None:
    assert lines("password = 'hunter2Kx9vQp'\n".replace("'", '"'), path) == []
    assert lines('key = "AKIA2E0A8F3B244C9986"\n', path) == [1]


@pytest.mark.parametrize("path", ["seedling/app.ts", "hammock.ts", "mocking_bird.py", "setup.ts", "Factory.java"])
def test_other_paths_are_judged(path: str) -> None:
    assert lines('password = "hunter2Kx9vQp"\n', path) == [1]


@pytest.mark.parametrize(
    "code",
    [
        "const examples = { ada: { password: 'hunter2Kx9vQp' } };",
        "ApiBody({ schema: { example: { password: 'hunter2Kx9vQp' } } });",
        "create({ email: 'ada@example.org', password: 'hunter2Kx9vQp' });",
    ],
)
def test_examples_are_passed_over(code: str) -> None:
    assert lines(code, "a.ts") == []


@pytest.mark.parametrize(
    "code",
    [
        "class Example { password = 'hunter2Kx9vQp'; }",
        "const a = { example: { name: 'ada' }, password: 'hunter2Kx9vQp' };",
        "const a = [{ email: 'ada@example.org' }, { password: 'hunter2Kx9vQp' }];",
        "function f() { const to = 'ada@example.org'; const password = 'hunter2Kx9vQp'; }",
        "const text = 'example: {'; const password = 'hunter2Kx9vQp';",
        "const maps = { apiKey: 'AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY' };",
    ],
)
def test_what_stands_beside_an_example_is_judged(code: str) -> None:
    assert lines(code, "a.ts") == [1]


@pytest.mark.parametrize("unit", HOSTILE_EXAMPLES)
def test_a_text_of_nothing_but_examples_takes_no_time(unit: str) -> None:
    code = unit * (200_000 // len(unit)) + " example"
    started = time.perf_counter()
    without_examples(code, code, set(range(0, len(code), 10)))
    assert time.perf_counter() - started < 10.0
