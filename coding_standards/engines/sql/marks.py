"""The dialects that a SQL text bears marks of.

The rule: what stands in comments and strings is prose, not a mark; a body in dollars that no client takes for its
delimiter is PostgreSQL's, whatever else there is.
"""

from __future__ import annotations

import re

_HINTS = {
    "mysql": r"`|\bENGINE\s*=|\bAUTO_INCREMENT\b|\\'|^[ \t]*#|\bON DUPLICATE KEY\b|\bUNSIGNED\b",
    "postgres": r"\$\w*\$|::|\b(?:BIG)?SERIAL\b"
    r"|\bILIKE\b|\bplpgsql\b|\bBYTEA\b|\bnextval\s*\(|\bJSONB\b|\bTIMESTAMPTZ\b",
    "tsql": r"\bNVARCHAR\b|\bIDENTITY\s*\(|\[\w+\]\s*[.(,]|\bdbo\.|^[ \t]*DECLARE\s+@|\bGETDATE\s*\(",
    "sqlite": r"\bAUTOINCREMENT\b|^[ \t]*PRAGMA\b|\bWITHOUT\s+ROWID\b|\bsqlite_",
    "oracle": r"\bVARCHAR2\b|\bFROM\s+DUAL\b|\bSYSDATE\b|\bNUMBER\s*\(",
    "bigquery": r"\bSAFE_CAST\b|`[\w-]+\.[\w.-]+`|\bSTRUCT<|\bARRAY<",
}
_LOST_SIGNS = {
    "mysql": re.compile(r"^DELIMITER\b", re.IGNORECASE | re.MULTILINE),
    "tsql": re.compile(r"^[ \t]*GO[ \t]*\r?$", re.IGNORECASE | re.MULTILINE),
}
"""Marks that are gone when the parser gets the text."""
_DECISIVE = re.compile(r"\bLANGUAGE\s+'?plpgsql\b|\b(?:AS|DO)\s+\$\w*\$", re.IGNORECASE)
_COMMENTS = r"--[^\n]*|/\*.*?(?:\*/|\Z)|^[ \t]*#[ \t#][^\n]*"
_PROSE = re.compile(_COMMENTS + r"|'[^']*'?|\"[^\"\n]*\"?", re.DOTALL | re.MULTILINE)
_PROSE_WITH_ESCAPES = re.compile(_COMMENTS + r"|'(?:[^'\\]|\\.)*'?|\"(?:[^\"\\\n]|\\.)*\"?", re.DOTALL | re.MULTILINE)
_KEPT = re.compile(r"[ \t]*#|'plpgsql'|.*?\\'", re.IGNORECASE | re.DOTALL)
"""Of a comment or string: what is a mark by itself."""


def find_marks(code: str, text: str) -> dict[str, int]:
    """How many marks of each dialect there are in the text, and of those that `code` alone still has."""
    bare = (_PROSE_WITH_ESCAPES if "\\'" in text else _PROSE).sub(_mark_in, text)
    marks = {name: len(re.findall(hint, bare, re.IGNORECASE | re.MULTILINE)) for name, hint in _HINTS.items()}
    for name, sign in _LOST_SIGNS.items():
        marks[name] += len(sign.findall(code))
    if _DECISIVE.search(bare):
        marks["postgres"] += sum(marks.values())
    return marks


def _mark_in(match: re.Match[str]) -> str:
    if match[0].startswith(("--", "/*")):
        return " "
    kept = _KEPT.match(match[0])
    return kept[0] if kept else "''"
