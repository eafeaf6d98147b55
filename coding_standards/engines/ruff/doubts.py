"""What ruff cannot know, so that what it says there may be wrong: names from elsewhere, comparisons that shall fail.

Its one rule: a row in `_DOUBTS` takes findings away and never makes one; in doubt nothing is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from coding_standards.engines.source import Source

_LAZY_NAMES = re.compile(r"^(?:def )?__getattr__\b|\bglobals\(\)", re.MULTILINE)
_MADE_NAMES = re.compile(r"\bglobals\(\)(?:\.update\(|\[[^\]\n]*\]\s*=[^=])")
_SHAPES = ("jaxtyping", "torchtyping", "nptyping")
_UNDEFINED = re.compile(r"Undefined name `([^`]*)`")
_INSTALLED = frozenset({"_", "ngettext", "get_ipython", "display", "displayHTML", "dbutils", "spark", "snakemake"})
"""Given by `gettext.install`, IPython, Databricks and Snakemake."""
_IN_SUBSCRIPT = re.compile(r"[\[,]\s*[\"']\s*$")
_WITH_OR_TRY = re.compile(
    r"\s*(?:try\b|(?:async\s+)?with\b.*(?:rais|warn|suppress|expect|exception|error|errstate|catch|fail|reject|invalid))",
    re.IGNORECASE,
)
_MAX_LINES_UP = 100
_MAX_AROUND = 200
"""Characters on either side: a hostile text has thousands of findings in one line."""
_ANNOTATED = re.compile(
    r":\s*Annotated\[[^=]{1,150}\b(?:Query|Body|Form|Header|Cookie|File|Path)\([^=]{0,40}\]\s*=\s*$"
)
_UNPACKED = re.compile(r"[\w.]{1,60}(?:\([^\n]{0,120})?[(\s,]\*\*")
_FED_BY_DUMPS = re.compile(r"[\w.]*loads?\(\s*[\w.]*dumps\(")


def is_doubtful(source: Source, code: str, message: str, line: int, column: int) -> bool:
    """Whether what ruff found at this place, from 1, may be right after all."""
    doubt = _DOUBTS.get(code)
    return doubt is not None and doubt(source, message, line, column)


def _may_be_made_late(source: Source, message: str, line: int, column: int) -> bool:
    """`__getattr__` of the module may give the name (PEP 562)."""
    has_either = "__getattr__" in source.code or "globals()" in source.code
    return has_either and _LAZY_NAMES.search(source.code) is not None


def _may_be_given(source: Source, message: str, line: int, column: int) -> bool:
    """The name is made by the code or comes from outside, or is a word in a type such as `Float[Tensor, "batch"]`."""
    if "globals()" in source.code and _MADE_NAMES.search(source.code):
        return True
    named = _UNDEFINED.match(message)
    if named is None or named[1] in _INSTALLED:
        return named is not None
    before, after = _around(source, line, column)
    if not before.rstrip().endswith(('"', "'")):
        return False
    is_word = named[1][:1].islower() and after[len(named[1]) :].lstrip()[:1] in ("'", '"')
    return any(name in source.code for name in _SHAPES) or (is_word and _IN_SUBSCRIPT.search(before) is not None)


def _may_be_tried(source: Source, message: str, line: int, column: int) -> bool:
    """In a `try`, or a `with` such as `pytest.raises`, the comparison may be there to raise."""
    before, _ = _around(source, line, column)
    if _WITH_OR_TRY.match(before):
        return True
    width = len(before) - len(before.lstrip())
    for text in reversed(source.lines[max(line - _MAX_LINES_UP, 0) : max(line - 1, 0)]):
        inner = text.lstrip()
        indent = len(text) - len(inner)
        if not inner or inner.startswith("#") or indent >= width:
            continue
        if _WITH_OR_TRY.match(inner):
            return True
        # The line that ends a bracket is as far to the left as the line that the statement begins with.
        width = indent + 1 if inner.startswith((")", "]")) else indent
    return False


def _is_fed_by_dumps(source: Source, message: str, line: int, column: int) -> bool:
    return _FED_BY_DUMPS.match(_around(source, line, column)[1]) is not None


def _is_copied(source: Source, message: str, line: int, column: int) -> bool:
    """FastAPI copies the default of a parameter that it annotates with where it comes from."""
    return _ANNOTATED.search(_around(source, line, column)[0]) is not None


def _may_have_timeout(source: Source, message: str, line: int, column: int) -> bool:
    """`**options` may hold it."""
    return _UNPACKED.match(_around(source, line, column)[1]) is not None


def _around(source: Source, line: int, column: int) -> tuple[str, str]:
    text = source.lines[line - 1] if 0 < line <= len(source.lines) else ""
    return text[max(column - 1 - _MAX_AROUND, 0) : column - 1], text[column - 1 : column - 1 + _MAX_AROUND]


_DOUBTS: Mapping[str, Callable[[Source, str, int, int], bool]] = {
    "B006": _is_copied,
    "B015": _may_be_tried,
    "F821": _may_be_given,
    "F822": _may_be_made_late,
    "S301": _is_fed_by_dumps,
    "S302": _is_fed_by_dumps,
    "S113": _may_have_timeout,
}
