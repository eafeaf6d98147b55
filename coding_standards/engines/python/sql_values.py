"""Where a query that is put together holds a value in place of a placeholder, told by the text around the hole.

Its one rule: in doubt a hole is a name of a table or column, a list of placeholders or a piece of SQL, which a query
must be put together from; a value is what stands in quotes, or behind `=`, `<`, `>` or LIKE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coding_standards.engines.python.templates import Hole, Part

_MAX_BEFORE = 2_000
_SECOND_WORD = {
    "select": re.compile(r"\bfrom\b"),
    "insert": re.compile(r"\binto\b"),
    "update": re.compile(r"\bset\b"),
    "delete": re.compile(r"\bfrom\b"),
    "replace": re.compile(r"\binto\b"),
    "merge": re.compile(r"\bmerge\s+into\b"),
    "with": re.compile(r"\bas\s*\(\s*(?:select|insert|update|delete)\b"),
}
_FIRST_WORD = re.compile(r"\s*([a-z]+)\s")
_OPENED = re.compile(r"(?:[=<>]|\b(?:like|ilike|rlike|regexp|glob|match|between|and|then|else)|\b(?:values|in)\s*\()\Z")
_IN_LIST = re.compile(r"\b(?:values|in)\s*\([^()]*,\Z")
_COMPARED = re.compile(r"(?:[=<>]|\b(?:like|ilike))\s*\Z")
_JOINED = re.compile(r"\bon\b(?!.*\b(?:where|set|and)\b)", re.DOTALL)
_GOES_ON = re.compile(r"[\w.(\"`\[]")

_CONSTANT = re.compile(
    r"(?:\w+\.)*_{0,2}[A-Z][A-Z0-9_]*(?:\.value|\.name)?\Z|-?\d[\d_.]*\Z|str\((?:int|len|round|float)\("
)
_NAME = re.compile(r"(?:\w+\.)*(\w+)\Z")
_ITEM = re.compile(r"(?:\w+\.)*(\w+)\[[^\[\]]*\]\Z")
_CALL = re.compile(r"(?:[\w.]|\[[^\[\]]*\])*?(\w+)\(")
_METHOD = re.compile(r"\.(\w+)\([^()]*\)\Z")
_NUMBER_SPEC = re.compile(r"[^!]*[deEfFgGbioxXu%]\Z")

_IS_SQL = re.compile(
    r"(?:placeholder|param|parameter|p|q|ph|qm|mark|marker|qmark|bind|binding|column|col|table|field|alias|aliase|sql|expr|"
    r"expression|clause|condition|subquery|query|literal|func|function|ident|identifier|assignment|key|default|op|"
    r"operator)s?\Z"
)
"""Last words of the names of what belongs into the text of a query."""
_IS_SQL_ITEM = re.compile(r"(?:column|col|table|field|alias|aliase|placeholder)s?\Z")
_IS_CLEAN = frozenset({"quoted", "escaped", "sanitized", "sanitised", "safe"})
_CLEANS = re.compile(
    r"(?:.*_)?(?:quote|quotes|escape|escaped|literal|sanitize|sanitise|clean|int|float|bool|len|round|sum|min|max|"
    r"isoformat|strftime|hexdigest|hex|uuid1|uuid4|UUID|today|now|timestamp|date|getpid|monotonic|mogrify|identifier)"
    r"(?:_\w+)?\Z"
)
_GIVES_TEXT = re.compile(r"(?:[lr]?strip|lower|upper|title|get|getlist|pop|replace|decode|group|str|input)\Z")
_DOUBLES_QUOTES = re.compile(r'\.replace\(\s*(?:"\'"|\'\\\'\')')


def unsafe_holes(parts: Sequence[Part]) -> Iterator[Hole]:
    """The holes of a query, or of a piece of one, that a value is pasted into."""
    texts = [part.lower() if isinstance(part, str) else "\0" for part in parts]
    for number, part in enumerate(parts):
        if isinstance(part, Hole):
            before, after = "".join(texts[:number])[-_MAX_BEFORE:], "".join(texts[number + 1 :])[:_MAX_BEFORE]
            if _is_value(before, after, part):
                yield part


def is_query(parts: Sequence[Part]) -> bool:
    """Whether the text begins as SQL does that reads or changes rows, and has the second word of such SQL."""
    text = "".join(part.lower() if isinstance(part, str) else "\0" for part in parts)
    first = _FIRST_WORD.match(text)
    second = _SECOND_WORD.get(first[1]) if first else None
    return second is not None and second.search(text) is not None


def _is_value(before: str, after: str, hole: Hole) -> bool:
    if _CONSTANT.match(hole.text) or (hole.spec and _NUMBER_SPEC.match(hole.spec)):
        return False
    if before.count("'") % 2:
        lead = before[: before.rindex("'")].rstrip()
        return _opens(lead) and not _is_cleaned(hole.text)
    if before.endswith(('"', '"%')):
        lead = before.rstrip("%")[:-1].rstrip()
        closes = after.lstrip("%").startswith('"') and not after.lstrip("%")[1:].startswith(".")
        return closes and _opens(lead) and not _is_cleaned(hole.text)
    if hole.text.startswith("tuple(") and before.rstrip().endswith(" in"):
        return True
    if not _COMPARED.search(before) or _GOES_ON.match(after) or _JOINED.search(before):
        return False
    return hole.spec == "!r" or _is_bare_value(hole.text)


def _opens(lead: str) -> bool:
    """Whether a quote behind this begins a value; not that of a path or an interval, which no placeholder can be."""
    return _OPENED.search(lead) is not None or _IN_LIST.search(lead) is not None


def _is_cleaned(text: str) -> bool:
    if _DOUBLES_QUOTES.search(text):
        return True
    name = _NAME.match(text)
    if name:
        return not _IS_CLEAN.isdisjoint(name[1].lower().split("_"))
    return any(_CLEANS.match(found[1]) for found in (_CALL.match(text), _METHOD.search(text)) if found)


def _is_bare_value(text: str) -> bool:
    """Whether an expression without quotes around it is a value, not SQL."""
    name = _NAME.match(text)
    if name:
        return not _IS_SQL.match(_last_word(name[1])) and not _is_cleaned(text)
    item = _ITEM.match(text)
    if item:
        return not _IS_SQL_ITEM.match(_last_word(item[1]))
    last = _METHOD.search(text) or _CALL.match(text)
    return last is not None and _GIVES_TEXT.match(last[1]) is not None and text.endswith(")")


def _last_word(name: str) -> str:
    return name.lower().rstrip("_").rpartition("_")[2]
