"""Code that is newer than its grammar is accepted, and its broken neighbours are not."""

from __future__ import annotations

import pytest

from coding_standards.engines import run as engines
from coding_standards.engines.source import Source
from coding_standards.languages import find_language

ACCEPTED = {
    "css": (
        "@media (width >= 40rem) and (hover) {\n  a {\n    color: red;\n  }\n}\n",
        "@media (400px <= width <= 700px) {\n  a {\n    color: red;\n  }\n}\n",
        "@container (inline-size > 30rem) {\n  a {\n    color: red;\n  }\n}\n",
        "@container card style(--x: 1) {\n  a {\n    color: red;\n  }\n}\n",
        '@import url("a.css") layer(x) supports(display: grid) screen;\n',
        "@page :first {\n  margin: 1in;\n}\n",
        "@layer a, b.c;\n",
        "a {\n  --x: { a: b };\n  --y:;\n}\n",
        ".a {\n  .b & {\n    color: red;\n  }\n}\n",
        "@function --double(--x <length>: 1px) returns <length> {\n  result: calc(var(--x) * 2);\n}\n",
        "@function --a(--b) {\n  @media (min-width: 1px) {\n    result: 1px;\n  }\n  result: 2px;\n}\n",
        ".a {\n  color: if(style(--a: b): black; else: white);\n  margin: if(media(print): 0; else: 1px) 2px;\n}\n",
    ),
    "html": (
        '<li{% if a %} class="b"{% endif %}>x</li>\n',
        "<a{{ attrs }}>x</a>\n",
        "<h{{ level }}>x</h{{ level }}>\n",
        "<p <%= x %>>a</p>\n",
        "<?php if ($a): ?><p>x</p><?php endif; ?>\n",
        "<!--[if IE]><p>x</p><![endif]-->\n",
    ),
}
REFUSED = {
    "html": ("<li{% if a %} class='b'{% endif %}>x</li\n", "<a{{ attrs }}>x</a></b>\n"),
    "css": (
        "@media (width >= 40rem {\n  a {\n    color: red;\n  }\n}\n",
        ".a {\n  .b & {\n    color: red;\n  }\n",
        "@function --double(--x {\n  result: 1px;\n}\n",
        ".a {\n  color: if(style(--tone: dark): black; else: white;\n}\n",
    ),
}


def cases(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(name, code) for name, codes in table.items() for code in codes]


@pytest.mark.parametrize(("name", "code"), cases(ACCEPTED))
def test_new_code_is_accepted(name: str, code: str) -> None:
    assert engines.syntax(Source(code, find_language(name))).findings == ()


@pytest.mark.parametrize(("name", "code"), cases(REFUSED))
def test_new_code_that_is_broken_is_refused(name: str, code: str) -> None:
    assert engines.syntax(Source(code, find_language(name))).findings
