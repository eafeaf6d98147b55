"""Reading TOML that people wrote or that may be made to keep us busy: bounded in time, plain data or a `TomlError`."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

_FEW_DOTS = 100
_MAX_KEY_COST = 4_000_000
"""The parser's time and memory grow with the square of a key's parts; a line can hold 2,000, such as 600 pins."""


class TomlError(ValueError):
    """A text that is no TOML, or none that a person writes; the text is the reason, in one line."""


def parse_toml(text: str) -> dict[str, Any]:
    """The table of a document.

    Raises:
        TomlError: it is no TOML, nested too deeply, or holds keys or numbers that no person writes.
    """
    dots = (line.count(".") for line in text.split("\n"))
    if sum(count * count for count in dots if count > _FEW_DOTS) > _MAX_KEY_COST:
        raise TomlError("a key may have too many parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TomlError(str(error)) from error
    except RecursionError as error:
        raise TomlError("nested too deeply") from error
    except ValueError as error:  # Python's own, which speaks to programmers
        raise TomlError("a number is too long") from error


def parse_toml_table(text: str) -> dict[str, Any]:
    """The table of a document; an empty one where that is no TOML, which somebody else tells."""
    try:
        return parse_toml(text)
    except TomlError:
        return {}


def read_our_toml(package: str, name: str) -> dict[str, Any]:
    """A file of data that a package of this program has beside its modules, and that the tests have looked at."""
    return tomllib.loads(resources.files(package).joinpath(name).read_text(encoding="utf-8"))
