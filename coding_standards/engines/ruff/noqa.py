"""Which findings of ruff the code itself may silence: `# noqa: CODE` at its line, and nothing wider.

Its one rule: who wrote the code cannot switch a rule off. A bare `noqa`, or one for the whole file, silences nothing,
and where security is at stake the exception needs its reason: `# noqa: S506 - our own file, read only by us`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding_standards.engines.source import Source
from coding_standards.rules import Rule

REASON_WANTED = "a `noqa` is heeded here only with its reason behind it"

_NOQA = re.compile(r"#\s*noqa:\s*([A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)(?![A-Za-z\d])(.*)", re.IGNORECASE)
_OTHER_TOOL = re.compile(
    r"\s*(?:no(?:sec|qa|cover)|type:|ty:|mypy:|py(?:lint|right|re)|pragma|fmt:|isort:|ruff:)", re.I
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_IMPORT = re.compile(r"\s*(?:from|import)\s")
_MAX_IMPORT_LINES = 200


class Exceptions:
    """The exceptions that one text asks for; read when the first one is looked up."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._at: dict[int, tuple[frozenset[str], bool]] | None = None

    def asked(self, code: str, row: int) -> bool:
        """Whether the comment at this line, from 1, names this code."""
        return any(code in self._known.get(line, (frozenset(), False))[0] for line in self._rows(code, row))

    def granted(self, rule: Rule, code: str, row: int) -> bool:
        """Whether the rule heeds it."""
        needs_reason = any(item.startswith("SEC-") for item in rule.items)
        rows = (self._known[line] for line in self._rows(code, row) if line in self._known)
        return any(code in codes and (has_reason or not needs_reason) for codes, has_reason in rows)

    @property
    def _known(self) -> dict[int, tuple[frozenset[str], bool]]:
        if self._at is None:
            self._at = dict(_read(self._source)) if "noqa" in self._source.code.casefold() else {}
        return self._at

    def _rows(self, code: str, row: int) -> Iterator[int]:
        """The line itself; for an import in brackets also the line where it opens, as ruff does."""
        yield row
        if code == "F401" and self._known:
            for line in range(min(row, len(self._source.lines)), max(row - _MAX_IMPORT_LINES, 0), -1):
                if _IMPORT.match(self._source.lines[line - 1]):
                    yield line
                    return


def _read(source: Source) -> Iterator[tuple[int, tuple[frozenset[str], bool]]]:
    for _, line, _, text in source.comments:
        noqa = _NOQA.search(text)
        if noqa:
            codes = frozenset(re.split(r"[,\s]+", noqa[1].upper()))
            yield line, (codes, _is_reason(noqa[2]))


def _is_reason(text: str) -> bool:
    """Whether somebody can read why: two words, and not the directives of other tools."""
    told = " ".join(part for part in text.split("#") if not _OTHER_TOOL.match(part))
    return len(_WORD.findall(told)) > 1
