"""Named checks of the `sql` engine that look at words, for what the parser has no tree of: grants, users, routines.

A statement's words are joined by single spaces, keywords and names in upper case, strings as `''` unless asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import TokenType

from coding_standards.engines.named import Hit
from coding_standards.engines.sql.clauses import STRINGS, word_set
from coding_standards.engines.sql.script import Script, SqlStatement

_CLAUSES = word_set("SELECT FROM WHERE JOIN INSERT INTO VALUES UPDATE DELETE CREATE ALTER TABLE AND HAVING")


def text(script: Script, *, pattern: str = "", unless_pattern: str = "", keep_strings: bool = False) -> Iterator[Hit]:
    """A statement whose words match `pattern` (from its start: `^`) and not `unless_pattern`."""
    matches, excepts = re.compile(pattern).search, re.compile(unless_pattern).search if unless_pattern else None

    def is_hit(statement: SqlStatement) -> bool:
        words = statement.words_and_strings if keep_strings else statement.words
        return bool(matches(words)) and not (excepts and excepts(words))

    for statement in script.statements:
        hits = [part for part in statement.parts if is_hit(part)]
        if not hits and is_hit(statement):
            hits = [statement]
        for hit in hits:
            yield Hit(*script.place(hit.tokens[0].start))


def keyword_case(script: Script, *, style: str = "consistent") -> Iterator[Hit]:
    """Clause keywords in `upper` or `lower` case, or (`consistent`) in one case within each statement."""
    for statement in script.statements:
        seen: set[str] = set()
        for token in statement.tokens:
            if token.text.upper() not in _CLAUSES or token.token_type in STRINGS | {
                TokenType.IDENTIFIER,
                TokenType.VAR,
            }:
                continue
            case = "upper" if token.text.isupper() else "lower" if token.text.islower() else "mixed"
            seen.add(case)
            if (len(seen) > 1) if style == "consistent" else case != style:
                yield Hit(*script.place(token.start), token.text)
                break
