"""Parameters named in a request. Its one rule: an item that is not plainly a value is left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from code_assistant.scaffold import vocabulary
from code_assistant.scaffold.naming import MAX_PARAMETER_CHARS, Words, ascii_words, fit, word_set
from code_assistant.scaffold.vocabulary import Kind, ValueType
from code_assistant.scaffold.wording import spoken

MAX_PARAMETERS = 6

_END = r"(?=[.;:]|\b(?:and returns?|returning|returns?|that|which|then|to|using|in|for|with methods?|as)\b|$)"
_TAKES = re.compile(rf"\b(?:takes?|taking|accepts?|accepting|receives?|given)\s+(?P<items>.+?){_END}", re.IGNORECASE)
_FIELDS = re.compile(
    r"\b(?:with\s+)?(?:the\s+)?(?:parameters?|fields?|columns?|inputs?|properties|props|attributes)\s*:?\s+"
    rf"(?!(?:that|which|is|are|of|for)\b)(?P<items>.+?){_END}",
    re.IGNORECASE,
)
_WITH = re.compile(rf"\b(?:with|by|has|having)\s+(?P<items>.+?){_END}", re.IGNORECASE)
_LIST_OF = re.compile(r"\b(?:list|array|collection)\s+of\s+([A-Za-z]{2,20})", re.IGNORECASE)
_OF = re.compile(
    r"\bof\s+((?:two|three)\s+[A-Za-z]{2,20}|(?:an?\s+)?(?:number|string|word|text|integer)|[a-z])\b", re.IGNORECASE
)
_FILE = re.compile(r"\bfiles?\b", re.IGNORECASE)
_ARTICLES = word_set("a an the its their optional required new valid given of and or both unique")
_COUNTED = {"two": ("first", "second"), "three": ("first", "second", "third")}


_OWN_NAMES = frozenset(
    [
        "args",
        "assert",
        "main",
        "process",
        "test",
        "argument",
        "arguments",
        "body",
        "err",
        "error",
        "given",
        "expected",
        "outcome",
        "out",
        "payload",
        "request",
        "result",
        "sample",
    ]
)
"""What the templates call their own variables."""


@dataclass(frozen=True)
class Parameter:
    """A value that goes in or comes out."""

    words: Words
    type: ValueType
    native: str = ""
    """The type as the request spells it, where the language takes it so."""
    is_given: bool = False
    """True for what a signature lists: nobody asked for limits of its values."""

    @property
    def is_secret(self) -> bool:
        """True for what must not be shown or stored as it is."""
        return self.words[-1] in vocabulary.SECRETS

    @property
    def is_count(self) -> bool:
        """True where a negative value makes no sense."""
        return not self.is_given and self.type in ("whole", "number") and self.words[-1] in vocabulary.COUNTS

    @property
    def is_list(self) -> bool:
        """True for a list of values."""
        return self.type in vocabulary.LISTS

    @property
    def phrase(self) -> str:
        """The name in words."""
        return f"value {self.words[0]}" if len("".join(self.words)) == 1 else spoken(self.words)


def parameter(words: Words, kind: ValueType | None = None) -> Parameter:
    """Make a parameter, its type told by its last word when `kind` is None."""
    words = fit(words, ("value",), MAX_PARAMETER_CHARS)
    words = (*words, "input") if len(words) == 1 and words[0] in _OWN_NAMES else words
    return Parameter(words, kind or field_type(words) or "text")


def field_type(words: Words) -> ValueType | None:
    """The type that a field's name tells, or None when it tells nothing."""
    if not words:
        return None
    if words[0] in ("is", "has") and len(words) > 1:
        return "flag"
    found = next((kind for kind, names in vocabulary.FIELD_TYPES.items() if words[-1] in names), None)
    return found or vocabulary.TYPE_WORDS.get(words[-1])


def parameter_clause(text: str, kind: Kind) -> str:
    """Return the part of `text` that lists values, or the empty string."""
    patterns = [_TAKES, _FIELDS] if kind in ("function", "cli") else [_TAKES, _FIELDS, _WITH]
    for pattern in patterns:
        for match in pattern.finditer(text):
            if pattern is not _WITH or all(_is_plain_field(item) for item in _items(match["items"])):
                return match[0]
    return ""


def find_parameters(clause: str) -> tuple[Parameter, ...]:
    """Return the values that `clause` lists."""
    matches = (pattern.search(clause) for pattern in (_TAKES, _FIELDS, _WITH))
    match = next(filter(None, matches), None)
    found: dict[Words, Parameter] = {}
    for item in _items(match["items"]) if match else ():
        for entry in _parse(item):
            found.setdefault(entry.words, entry)
    return tuple(found.values())[:MAX_PARAMETERS]


def object_parameters(text: str, kind: Kind) -> tuple[Parameter, ...]:
    """What a function works on: "of two numbers", "a list of words", "in a file"."""
    if kind not in ("function", "cli"):
        return ()
    if match := _LIST_OF.search(text):
        return (parameter(ascii_words(match[1]), _plural(match[1].lower())),)
    if match := _OF.search(text):
        return tuple(_parse(match[1]))
    return (Parameter(("path",), "text"),) if _FILE.search(text) else ()


def subject_parameters(subject: Words, operation: Words, objects: Words, kind: Kind) -> tuple[Parameter, ...]:
    """What one would begin with where nothing is listed."""
    said = {*subject, *operation}
    for words, fields in vocabulary.SUBJECT_FIELDS:
        if words & said and (kind != "function" or not objects):
            return tuple(parameter(ascii_words(name), value_type) for name, value_type in fields)
    if kind != "function":
        return (parameter(("name",)),)
    is_name = bool({*objects} & vocabulary.FIELD_TYPES["text"])  # a date has a type and a name
    if len(objects) == 1 and objects[0] in vocabulary.TYPE_WORDS and not is_name:
        return tuple(_parse(objects[0]))
    return (parameter(objects or ("value",)),)


def distinct(parameters: Iterable[Parameter], taken: Collection[Words]) -> tuple[Parameter, ...]:
    """Give each a name of its own, and none that is in `taken`."""
    found: dict[str, Parameter] = {}
    for entry in parameters:
        words = (*entry.words, "input") if entry.words in taken else entry.words
        found.setdefault("".join(words), replace(entry, words=words))
    return tuple(found.values())[:MAX_PARAMETERS]


def _items(text: str) -> list[str]:
    items = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*|\s+or\s+", text[:300].strip())
    return [item for item in items if item.strip()][: MAX_PARAMETERS + 2]


def _is_plain_field(item: str) -> bool:
    words = tuple(word for word in ascii_words(item) if word not in _ARTICLES)
    return 0 < len(words) <= 3 and field_type(words) is not None


def _parse(item: str) -> list[Parameter]:
    words = tuple(word for word in ascii_words(item) if word not in _ARTICLES)
    if not words or len(words) > 4 or any(word in vocabulary.BREAKS for word in item.lower().split()):
        return []
    if words[0] in _COUNTED and len(words) > 1:
        kind = _singular(vocabulary.TYPE_WORDS.get(words[-1], "text"))
        name = words[-1].removesuffix("s")
        return [Parameter((order, name), kind) for order in _COUNTED[words[0]]]
    named = _without_types(words)
    stated = [vocabulary.TYPE_WORDS[word] for word in words if word in vocabulary.TYPE_WORDS]
    kind = _stated(words, stated) or field_type(named) or "text"
    if not named:
        named = ("values",) if kind in vocabulary.LISTS else ("text",) if kind == "text" else ("number",)
        named = ("enabled",) if kind == "flag" else named
    return [parameter(named, kind)]


def _stated(words: Words, stated: list[ValueType]) -> ValueType | None:
    if {"list", "array", "collection"} & set(words):
        return next((kind for kind in stated if kind in ("numbers", "wholes")), "texts")
    return stated[0] if stated else None


def _plural(word: str) -> ValueType:
    if word.rstrip("s") in ("integer", "int"):
        return "wholes"
    return "numbers" if word.rstrip("s") in ("number", "float", "price", "amount") else "texts"


def _singular(kind: ValueType) -> ValueType:
    return vocabulary.LISTS.get(kind, kind)


def _without_types(words: Words) -> Words:
    kept = tuple(word for word in words if word not in vocabulary.TYPE_WORDS)
    return kept if kept or len(words) < 2 else ()
