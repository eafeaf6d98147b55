"""What a request wants of a database. Its one rule: the verb chooses the statement, the noun behind it the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from code_assistant.scaffold import vocabulary
from code_assistant.scaffold.naming import Words, ascii_words, fit, word_set
from code_assistant.scaffold.outline import Outline
from code_assistant.scaffold.parameters import Parameter, field_type, find_parameters, parameter, subject_parameters
from code_assistant.scaffold.wording import plural

Verb = Literal["select", "delete", "update", "insert", "view", "alter", "index", "join"]

_VERBS: dict[Verb, frozenset[str]] = {
    "delete": word_set("delete deletes deleting remove removes removing purge purges"),
    "update": word_set(
        "update updates updating set sets change changes increase decrease raise mark deactivate activate"
    ),
    "insert": word_set("insert inserts inserting upsert"),
    "select": word_set(
        """
        find finds finding list lists show shows get gets select selects fetch count counts report retrieve
        retrieves returns query queries search rank top average sum which optimize optimise
        """
    ),
    "view": word_set("view views"),
}
_TABLE_WORDS = word_set("table tables schema migration database")
_NUMBERS = {
    name: index + 1
    for index, name in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
}
_NO_NOUN = word_set(
    """
    all every distinct unique top first last latest newest oldest highest lowest most least best recent total
    average sum count number row rows second third record records entry entries to new duplicate
    old query slow performance
    """
)
_FALLING = word_set("top highest most latest newest best largest biggest recent")
_RISING = word_set("lowest least oldest cheapest smallest")
_ENDS = vocabulary.BREAKS - {"of"} | word_set("per ordered sorted have has had")
_ITEM = r"\w+(?:\s+(?!(?:and|with|in|for|to|that|which|using|of|tables)\b)\w+)?"
_ITEMS = rf"(?P<items>{_ITEM}(?:\s*,\s*(?:and\s+)?{_ITEM})*(?:\s+and\s+{_ITEM})?)"
_TABLES = (
    re.compile(rf"\btables?\s*(?:for|of|named|called|:)\s*{_ITEMS}", re.IGNORECASE),
    re.compile(
        rf"\b(?:create|creates|build|design|make|write|add|define)\s+(?:the\s+)?{_ITEMS}\s+tables\b", re.IGNORECASE
    ),
    re.compile(rf"\b(?:database|schema)\b[^.;]{{0,60}}?\bwith\s+{_ITEMS}", re.IGNORECASE),
)
_ADDED = re.compile(
    r"\badd(?:s|ing)?\s+(?:an?\s+|the\s+|new\s+|nullable\s+|optional\s+|missing\s+)*"
    r"(?:columns?\s+(?:(?:called|named|for)\s+)?(?P<behind>\w+(?:(?:\s*,\s*|\s+and\s+)\w+)*)"
    r"|(?P<before>\w+(?:(?:\s*,\s*|\s+and\s+)\w+)*)\s+columns?)"
    r"(?:\s+\(?(?:of type\s+)?\w+\)?)?\s+(?:to|in|on)\s+(?:the\s+)?(?P<table>\w+)",
    re.IGNORECASE,
)
_INDEX = re.compile(
    r"\bindex(?:es)?\s+(?:on|for)\s+(?:the\s+)?(?:(?P<column>\w+)\s+(?:columns?\s+)?(?:of|in|on)\s+(?:the\s+)?(?P<of>\w+)"
    r"|(?P<table>\w+)\s*[.(]\s*(?P<inside>\w+))",
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"\bjoin\w*\s+(?:the\s+)?(?P<table>\w+)\s+(?:with|and|to)\s+(?:the\s+)?(?P<other>\w+)", re.IGNORECASE
)
_KEY = re.compile(r"\bby\s+(?:an?\s+|the\s+|their\s+|its\s+|this\s+|given\s+)*(\w+)", re.IGNORECASE)
_ORDER = re.compile(
    r"\b(?:highest|lowest|most|least|largest|smallest|ordered by|sorted by|by)\s+(?:the\s+)?(\w+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Statement:
    """One statement on a table that is already there."""

    verb: Verb
    name: Words
    table: Words
    columns: tuple[Parameter, ...]
    """Without the id: those that are named, or a first guess."""
    key: Parameter
    order: Parameter | None = None
    is_falling: bool = False
    limit: int | None = None
    other: Words = ()
    group: Parameter | None = None


def read_tables(outline: Outline) -> tuple[Words, ...]:
    """The tables that a request lists; empty when it asks for one."""
    for pattern in _TABLES:
        if match := pattern.search(outline.text):
            items = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", match["items"])
            nouns = [_noun(ascii_words(item)) for item in items]
            found = tuple(dict.fromkeys(noun for noun in nouns if noun))
            if len(found) > 1 and len(found) == len(nouns):
                return found[:6]
    return ()


def _noun(words: Words) -> Words:
    if any(word in vocabulary.BREAKS or word in vocabulary.KIND_WORDS for word in words):
        return ()
    kept = tuple(word for word in words if word not in vocabulary.STOP_WORDS)
    return fit(kept, ()) if (kept and field_type(kept) is None) or (kept[-1:] and kept[-1].endswith("s")) else ()


def read_statement(outline: Outline) -> Statement | None:
    """The statement that the verb of a request asks for; None where a table is to be made."""
    text = outline.text
    if match := _ADDED.search(text):
        return _altered(match)
    if match := _INDEX.search(text):
        column, table = match["column"] or match["inside"], match["of"] or match["table"]
        return _made("index", (), ascii_words(table), (parameter(ascii_words(column)),))
    if match := _JOIN.search(text):
        table, other = ascii_words(match["table"]), ascii_words(match["other"])
        return _made("join", ("join",), table, (), other=other) if table and other else None
    words = [word.lower() for word in re.findall(r"[A-Za-z0-9][\w'-]*|[.,;:!?()]", text)]
    for index, word in enumerate(words):
        if word in _TABLE_WORDS:
            return None
        if verb := next((verb for verb, forms in _VERBS.items() if word in forms), None):
            return _with_verb(verb, word, words[index + 1 :], text)
    return None


def _altered(match: re.Match[str]) -> Statement | None:
    table = ascii_words(match["table"])
    columns = find_parameters(f"columns {match['behind'] or match['before']}")
    return _made("alter", (), table, columns) if table and columns else None


def _with_verb(verb: Verb, said: str, words: Sequence[str], text: str) -> Statement | None:
    while (words and words[0] in ("to", "that", "which", "for", "of")) or (words and _is_query_verb(verb, words[0])):
        verb, said = next(((v, words[0]) for v, forms in _VERBS.items() if words[0] in forms), (verb, said))
        words = words[1:]
    named = re.search(r"\b(?:from|in|of|on|into|to)\s+(?:the\s+)?(\w+)\s+table\b", text, re.IGNORECASE)
    head, column = _head(words)
    if said.startswith("select") and (source := re.search(r"\bfrom\s+(\w+)", text, re.IGNORECASE)):
        named = source
    table = ascii_words(named[1]) if named else plural(head)
    if not table:
        return None
    order, is_falling = _order(text)
    key = None if order or verb == "insert" else _key(text, table)
    columns = (column,) if column else ()
    limit = next((_number(word) for word in words[:4] if _number(word)), None)
    name = {"select": "find", "view": ""}.get(verb, verb)
    name = "count" if said.startswith("count") else name
    columns = columns or ((Parameter(("active",), "flag"),) if "activate" in said else columns)
    found = _made(verb, (name,) if name else (), table, columns, key, order, is_falling, limit)
    group = re.search(r"\bper\s+(?:each\s+)?(\w+)", text, re.IGNORECASE)
    return replace(found, group=parameter((*ascii_words(group[1]), "id"))) if group and verb == "select" else found


def _is_query_verb(verb: Verb, word: str) -> bool:
    """Tell whether "query" or "list" only opens what another verb says."""
    return verb == "select" and any(word in forms for forms in _VERBS.values())


def _head(words: Sequence[str]) -> tuple[Words, Parameter | None]:
    """The table of "the price of all products", and the column where one is named before it."""
    found: list[str] = []
    column: Parameter | None = None
    for word in words:
        if word == "of" and found and field_type(tuple(found)) is not None:
            column, found = parameter(tuple(found)), []
            continue
        if word == "of" and not found:
            continue
        if not word[0].isalnum() or word in _ENDS or (found and word.endswith("ed")) or word == "of" or len(found) == 4:
            break
        if word in vocabulary.STOP_WORDS or word in _NO_NOUN or _number(word) or word in vocabulary.KIND_WORDS:
            continue
        found.extend(ascii_words(word))
    return fit(found[-3:], ()), column


def _number(word: str) -> int | None:
    return int(word) if word.isdecimal() and 0 < len(word) < 6 and word.isascii() else _NUMBERS.get(word)


def _order(text: str) -> tuple[Parameter | None, bool]:
    words = set(ascii_words(text))
    if not words & (_FALLING | _RISING):
        return None, False
    match = _ORDER.search(text)
    named = match[1].lower() if match else ""
    plain = named and named not in _NO_NOUN and named not in vocabulary.STOP_WORDS and not named.isdecimal()
    column = parameter(ascii_words(named), field_type(ascii_words(named)) or "number") if plain else None
    return column or Parameter(("created", "at"), "text"), bool(words & _FALLING)


def _key(text: str, table: Words) -> Parameter | None:
    for match in _KEY.finditer(text):
        words = ascii_words(match[1])
        if words and words != table and field_type(words) is not None and not words[-1].endswith("s"):
            return parameter(words)
    return None


def _made(
    verb: Verb, name: Words, table: Words, columns: tuple[Parameter, ...], key: Parameter | None = None,
    order: Parameter | None = None, is_falling: bool = False, limit: int | None = None, other: Words = (),
) -> Statement:  # fmt: skip
    table, other = fit(table, ("item",)), fit(other, ())
    guessed = columns or subject_parameters(table, (), (), "table")
    shown = dict.fromkeys(entry for entry in (*guessed, *filter(None, (key, order))) if not entry.is_list)
    unique = {entry.words: entry for entry in shown if entry.words != ("id",)}
    whole = Parameter(("id",), "whole")
    return Statement(
        verb, (*name, *table), table, tuple(unique.values()), key or whole, order, is_falling, limit, other
    )
