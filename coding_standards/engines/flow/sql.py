"""Where text that is put together is SQL, and which of its holes hold a value in place of a placeholder.

Its one rule: in doubt a hole is a name of a table or column, a list of placeholders or a piece of SQL, which a query
must be put together from; a value is what stands in quotes, or behind `=`, `<`, `>` or LIKE.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from coding_standards.engines.flow.value import Hole, Part, TrustLevel

_MAX_BEFORE = 2_000
_STATEMENT = re.compile(
    r"\s*(?:explain\s+)?(?:select\b.*?\bfrom\b|insert\s+(?:\w+\s+)?into\b|update\b.+?\bset\b|delete\s+from\b|replace\s+into\b"
    r"|merge\s+into\b|with\b.+?\bas\s*\(|create\s+(?:\w+\s+){1,3}|drop\s+\w+|alter\s+\w+|truncate\s|grant\s|exec(?:ute)?\s"
    r"|call\s|\{\s*(?:\?\s*=\s*)?call\s|from\s+\w+\s+(?:\w+\s+)?where\b|use\s|show\s|select\s)",
    re.DOTALL,
)
_CLAUSE = re.compile(
    r"\s*(?:(?:and|or|where|having|set)\s+)?(?:not\s+)?[\w.\"`\[\]]+\s*(?:=|<|>|!=|\b(?:like|ilike|in)\b)"
)
_LITERAL = r"[\"'`](?:(?<=`)|(?<=[\s(\[{=,:+&|?<>;!%#\"'].)|(?<=\b[bfruBFRU].)|(?<=\b[bfruBFRU]{2}.))(?:\s|\\[a-z\n])*+"
"""The beginning of one, not the end: behind a mark or what tells the kind of a string."""
MADE_TEXT = re.compile(
    _LITERAL + r"(?:(?i:insert|update|delete|with)[\s\\]|(?i:select)[\s\\*(]|(?:AND|OR|WHERE|HAVING)[\s\\])"
)
"""How a literal begins that is SQL beyond doubt, whatever it is put together for."""
GIVEN_TEXT = re.compile(
    rf"{MADE_TEXT.pattern}|{_LITERAL}(?i:(?:explain|replace|merge|create|drop|alter|truncate|grant|exec|execute|call|from"
    r"|show)[\s\\]|\{\s*(?:\?|call)|use\s+(?!\w+[\"'`])" + f"|{_CLAUSE.pattern})"
)
"""The same for what is given to a database; a directive such as `"use strict"` has no place for a value."""
_OPENED = re.compile(
    r"(?:[=<>]|\b(?:like|ilike|rlike|regexp|glob|match|between|and|then|else)|\b(?:values|in)\s*\(|\bcall\s+\w+\s*\()\Z"
)
_IN_LIST = re.compile(r"\b(?:values|in|call\s+\w+)\s*\([^()]*,\Z")
_COMPARED = re.compile(r"(?:[=<>]|\b(?:like|ilike))\s*[\w%]*\Z")
_JOINED = re.compile(r"\bon\b(?!.*\b(?:where|set|and)\b)", re.DOTALL)
_GOES_ON = re.compile(r"[\w.(\"`\[]")
_PLACED = re.compile(
    r"\b(?:from|join|into|update|table|by|select|where|and|or|database|set|call|exec)\s*\(?[\"'`\[]?\Z"
)

_IS_SQL = re.compile(
    r"(?:placeholder|param|parameter|p|q|ph|qm|mark|marker|qmark|bind|binding|column|col|table|field|alias|aliase|sql|expr|"
    r"expression|clause|condition|subquery|query|literal|func|function|ident|identifier|assignment|key|default|op|"
    r"operator)s?\Z"
)
"""Last words of the names of what belongs into the text of a query."""
_IS_SQL_ITEM = re.compile(r"(?:column|col|table|field|alias|aliase|placeholder)s?\Z")
_NAME = re.compile(r"(?:\w+\.)*(\w+)\Z")
_ITEM = re.compile(r"(?:\w+\.)*(\w+)\[[^\[\]]*\]\Z")
_CALL = re.compile(r"(?:[\w.:]|\[[^\[\]]*\])*?(\w+)\(")
_METHOD = re.compile(r"\.(\w+)\([^()]*\)\Z")
_CLEANS = re.compile(
    r"(?:.*_)?(?:quote|quotes|escape|escaped|literal|sanitize|sanitise|clean|int|float|bool|len|round|sum|min|max|isoformat|"
    r"strftime|hexdigest|hex|uuid1|uuid4|UUID|today|now|timestamp|date|getpid|monotonic|mogrify|identifier)(?:_\w+)?\Z"
)
_GIVES_TEXT = re.compile(
    r"(?:[lr]?strip|trim|lower|upper|title|get|getlist|pop|replace|decode|group|str|input|String|toString|to_string|text|"
    r"valueOf|[gG]etParameter\w*|FormValue|Get|value|param|query)\Z"
)

_Dirty = Callable[[Hole], bool]


def is_statement(parts: Sequence[Part]) -> bool:
    """Whether the text begins as SQL does."""
    return _STATEMENT.match(_fold(parts)) is not None


def find_value_hole(parts: Sequence[Part], is_dirty: _Dirty) -> Hole | None:
    """The first hole of a statement, or of a condition, that a value is pasted into."""
    text = _fold(parts)
    if not (_STATEMENT.match(text) or _CLAUSE.match(text)):
        return None
    return next(
        (hole for before, after, hole in _holes(parts) if is_dirty(hole) and _is_value(before, after, hole)), None
    )


def find_name_hole(parts: Sequence[Part], is_dirty: _Dirty) -> Hole | None:
    """The first hole of a statement where a name of a table or a piece of SQL belongs, which comes from a caller."""
    if not is_statement(parts):
        return None
    for before, after, hole in _holes(parts):
        is_alone = _PLACED.search(before) is not None and not _GOES_ON.match(after[:1].strip("\"'`]"))
        is_name = (is_alone and hole.text.isidentifier()) or hole.trust == TrustLevel.OUTSIDE
        if is_name and is_dirty(hole) and not _is_value(before, after, hole):
            return hole
    return None


def _fold(parts: Sequence[Part]) -> str:
    return "".join(part.lower() if isinstance(part, str) else "\0" for part in parts)


def _holes(parts: Sequence[Part]) -> list[tuple[str, str, Hole]]:
    texts = [part.lower() if isinstance(part, str) else "\0" for part in parts]
    return [
        ("".join(texts[:number])[-_MAX_BEFORE:], "".join(texts[number + 1 :])[:_MAX_BEFORE], part)
        for number, part in enumerate(parts)
        if isinstance(part, Hole)
    ]


def _is_value(before: str, after: str, hole: Hole) -> bool:
    if before.count("'") % 2:
        return _opens(before[: before.rindex("'")].rstrip()) and not _is_cleaned(hole.text)
    if before.endswith(('"', '"%')):
        lead = before.rstrip("%")[:-1].rstrip()
        closes = after.lstrip("%").startswith('"') and not after.lstrip("%")[1:].startswith(".")
        return closes and _opens(lead) and not _is_cleaned(hole.text)
    if hole.text.startswith("tuple(") and before.rstrip().endswith(" in"):
        return True
    if not _COMPARED.search(before) or _GOES_ON.match(after) or _JOINED.search(before):
        return False
    return hole.spec == "!r" or hole.trust == TrustLevel.OUTSIDE or _is_bare_value(hole.text)


def _opens(lead: str) -> bool:
    """Whether a quote behind this begins a value; not that of a path or an interval, which no placeholder can be."""
    return _OPENED.search(lead) is not None or _IN_LIST.search(lead) is not None


def _is_cleaned(text: str) -> bool:
    return any(_CLEANS.match(found[1]) for found in (_CALL.match(text), _METHOD.search(text)) if found)


def _is_bare_value(text: str) -> bool:
    """Whether an expression without quotes around it is a value, not SQL."""
    name = _NAME.match(text)
    if name:
        return not _IS_SQL.match(_last_word(name[1]))
    item = _ITEM.match(text)
    if item:
        return not _IS_SQL_ITEM.match(_last_word(item[1]))
    last = _METHOD.search(text) or _CALL.match(text)
    return last is not None and _GIVES_TEXT.match(last[1]) is not None and text.endswith(")")


def _last_word(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().rstrip("_").rpartition("_")[2]
