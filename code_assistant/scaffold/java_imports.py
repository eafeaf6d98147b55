"""The imports of a Java file. Its one rule: they follow from the names that stand in the file."""

from __future__ import annotations

import re

_NAMES = {
    "PrintStream": "java.io.PrintStream",
    "Arrays.": "java.util.Arrays",
    "List<": "java.util.List",
    "Objects.": "java.util.Objects",
    "@Test": "org.junit.jupiter.api.Test",
    "@Service": "org.springframework.stereotype.Service",
    "@PostMapping": "org.springframework.web.bind.annotation.PostMapping",
    "@RequestBody": "org.springframework.web.bind.annotation.RequestBody",
    "@RestController": "org.springframework.web.bind.annotation.RestController",
}


_ASSERTIONS = ("assertArrayEquals", "assertEquals", "assertThrows")
_COMMENT = re.compile(r"^ *(?:/\*\*|\*).*$", re.MULTILINE)


def imports_of(definition: str) -> str:
    """Return the import lines that `definition` needs."""
    definition = _COMMENT.sub("", definition)
    static = [f"import static org.junit.jupiter.api.Assertions.{name};" for name in _ASSERTIONS]
    used = [line for line in static if f"{line.rpartition('.')[2][:-1]}(" in definition]
    plain = [f"import {name};" for mark, name in _NAMES.items() if mark in definition]
    return "\n".join([*used, *([""] if used and plain else []), *plain])
