"""SQL text before the parser: what is not SQL is blanked in place, and tokens are cut into statements.

The rule: every offset stays what it is in the original text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import Token, TokenType

from coding_standards.engines.astgrep.blank import keep_lines
from coding_standards.engines.sql.clauses import rewrite

_COPY_DATA = re.compile(
    r"(\bFROM\s+stdin\b[^;\n]*;[^\n]*\n)(.*?)(^\\\.[ \t]*$|\Z)", re.IGNORECASE | re.DOTALL | re.MULTILINE
)
_SHELL = re.compile(
    r"^[ \t]*(?:\\[A-Za-z!?;]|\.(?:mode|headers?|read|open|timer|echo|output|quit|exit|bail|separator|if|logon|logoff"
    r"|set|label|goto|run)\b)[^\n]*$",
    re.MULTILINE,
)
_PSQL_END = re.compile(r"\\(?:g|gset|gexec|gx|crosstabview|quit)\b[^\n;]*$", re.MULTILINE)
_BATCH_END = re.compile(r"^[ \t]*(?:GO(?:[ \t]+\d+)?|/)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_DELIMITER = re.compile(r"^[ \t]*DELIMITER[ \t]+(\S+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
# No part runs over another opening mark: a text of nothing but marks would take minutes.
_TEMPLATE = re.compile(
    r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|\{#[^{}]*#\}|[$#@]\{[^{}\n]*\}|<%[^<]*%>|<\?[^<]*\?>|@@?[A-Z_]+@@?(?![\w.])",
    re.DOTALL,
)
_DRIVER = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|(?<![\w%)'])%(?:\(\w+\))?s\b")
"""What `format` in a string is to put in is no placeholder."""
_QUOTED = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|--[^\n]*|/\*.*?\*/|(\$\w*\$).*?\1|(?P<open>['\"`]|/\*)", re.DOTALL
)
_FENCE = re.compile(r"\A\s*(```)\w*[ \t]*$", re.MULTILINE)
_ROUTINE = re.compile(r"CREATE\b.{0,120}?\b(PROCEDURE|PROC|FUNCTION|TRIGGER|EVENT|PACKAGE|TYPE BODY)\b")
_PACKAGE = re.compile(r"CREATE (?:OR REPLACE )?(?:NONEDITIONABLE |EDITIONABLE )?(?:PACKAGE|TYPE BODY)\b")
_RULE = re.compile(r"CREATE (?:OR REPLACE )?RULE\b")
_BLOCK = re.compile(
    r"DECLARE\b(?! (?:@|LOCAL|GLOBAL)|.{0,60}\bCURSOR FOR\b)|(?:IF|WHILE)\b"
    r"|BEGIN\b(?! (?:TRAN|WORK|ISOLATION|READ|;|IMMEDIATE|EXCLUSIVE|DEFERRED|$))"
)
_NOT_A_BLOCK = frozenset(["TRANSACTION", "TRAN", "WORK", "ISOLATION", "ATOMIC"])
_COMPOUND_END = frozenset(["IF", "LOOP", "WHILE", "REPEAT", "FOR"])


def is_template(code: str) -> bool:
    """Written for a template engine, so that parts of it may be missing or alternatives."""
    return _TEMPLATE.search(code) is not None


def prepare(code: str) -> str:
    """The code with shell commands and data blanked, batch ends as semicolons, and placeholders as words."""
    if re.search(r"\bstdin\b", code, re.IGNORECASE):
        code = _COPY_DATA.sub(lambda match: match[1] + keep_lines(match[2]) + keep_lines(match[3]), code)
    code = _PSQL_END.sub(lambda match: ";" + keep_lines(match[0][1:]), code)
    code = _SHELL.sub(lambda match: keep_lines(match[0]), code)
    code = _delimiters(code)
    code = _BATCH_END.sub(lambda match: ";" + keep_lines(match[0][1:]), code)
    code = _TEMPLATE.sub(_placeholder, rewrite(code))
    return _DRIVER.sub(lambda match: match[0] if match[0][0] in "'\"" else "x" * len(match[0]), code)


def never_closed(text: str) -> int:
    """Where the first quote or comment begins that has no end."""
    for match in _QUOTED.finditer(text):
        if match.lastgroup == "open":
            return match.start()
    return 0


def find_fence(code: str) -> int | None:
    """Where a Markdown fence begins that was left around the script."""
    match = _FENCE.search(code)
    return match.start(1) if match else None


def split(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The statements; the body of a routine or block stays with it."""
    current: list[Token] = []
    depth = 0
    waits_for_begin = False
    is_routine: bool | None = None
    is_rule = is_package = False
    for index, token in enumerate(tokens):
        word = token.text.upper()
        if token.token_type is TokenType.SEMICOLON:
            if depth > 0 or waits_for_begin or (is_package and depth == 0 and not _ends_package(current)):
                current.append(token)
                continue
            if current:
                yield current
            current, depth, is_routine = [], 0, None
            is_package = False
            continue
        if is_routine is None:
            head = " ".join(one.text.upper() for one in tokens[index : index + 12])
            is_rule, is_package = bool(_RULE.match(head)), bool(_PACKAGE.match(head))
            is_routine = is_rule or bool(_ROUTINE.match(head) or _BLOCK.match(head))
        current.append(token)
        if is_routine and token.token_type not in {TokenType.STRING, TokenType.IDENTIFIER}:
            following = tokens[index + 1].text.upper() if index + 1 < len(tokens) else ""
            if word == "BEGIN" and following not in _NOT_A_BLOCK:
                depth += 1
                waits_for_begin = False
            elif word == "CASE" and (len(current) < 2 or current[-2].text.upper() != "END"):
                depth += 1
            elif word == "END" and following not in _COMPOUND_END:
                depth -= 1
            elif is_rule:
                depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
            elif (
                depth == 0
                and not is_package
                and len(current) < 60
                and (word in {"IS", "DECLARE"} or _declares(tokens, index))
            ):
                waits_for_begin = _has_begin(tokens, index)
    if current:
        yield current


def _ends_package(tokens: Sequence[Token]) -> bool:
    """END and the package's name; one that is not named ends below the level on which it began."""
    start = [token.text.upper() for token in tokens[:10]]
    end = next((at for at, word in enumerate(start) if word in {"AS", "IS"}), 0)
    return end > 0 and len(tokens) > end and [one.text.upper() for one in tokens[-2:]] == ["END", start[end - 1]]


def _declares(tokens: Sequence[Token], index: int) -> bool:
    """IS, DECLARE, or AS and then a variable with its type, as in Oracle: no statement begins in this way."""
    word, following = tokens[index].text.upper(), tokens[index + 1 : index + 3]
    return word in {"IS", "DECLARE"} or (
        word == "AS"
        and len(following) > 1
        and following[0].token_type is TokenType.VAR
        and following[1].token_type not in {TokenType.SEMICOLON, TokenType.DOT, TokenType.L_PAREN, TokenType.EQ}
    )


def _has_begin(tokens: Sequence[Token], index: int) -> bool:
    """A BEGIN comes before the next CREATE: what stands between are declarations."""
    for token in tokens[index + 1 : index + 400]:
        word = token.text.upper()
        if word in {"BEGIN", "CREATE"}:
            return word == "BEGIN"
    return False


def _delimiters(code: str) -> str:
    """What the MySQL client calls delimiter becomes the semicolon; the line that sets it goes."""
    parts: list[str] = []
    position, mark = 0, ";"
    for match in [*_DELIMITER.finditer(code), None]:
        stretch = code[position : match.start() if match else len(code)]
        parts.append(stretch if mark == ";" else stretch.replace(mark, ";" + " " * (len(mark) - 1)))
        if match:
            parts.append(keep_lines(match[0]))
            position, mark = match.end(), match[1]
    return "".join(parts)


def _placeholder(match: re.Match[str]) -> str:
    return keep_lines(match[0], " " if match[0].startswith(("{%", "{#", "<")) else "x")
