"""What a verb takes and what it gives. Its one rule: what is computed is an answer, and never what goes in."""

from __future__ import annotations

import re

from code_assistant.scaffold import vocabulary
from code_assistant.scaffold.naming import Words, ascii_words, word_set
from code_assistant.scaffold.parameters import Parameter, field_type, parameter
from code_assistant.scaffold.vocabulary import Fields, ValueType
from code_assistant.scaffold.wording import singular

_READS_TEXT = word_set("parse decode decompress decrypt tokenise tokenize")
_PRODUCES = word_set("calculate compute generate estimate measure evaluate count find get extract sum average")
_GETS = word_set("show display fetch download remove filter print list")
"""Verbs whose object may go in as well, unless something stands behind "of" or "from"."""
_TEXT_RESULTS = word_set(
    "checksum hash digest signature fingerprint slug token password uuid id summary substring palindrome prefix name"
)
_SOURCE = re.compile(
    r"\b(?:of|in|from|for)\s+(?:an?\s+|the\s+|each\s+|every\s+|given\s+)*([A-Za-z]{3,20})(?:\s+([A-Za-z]{3,20}))?",
    re.IGNORECASE,
)
_TARGET = re.compile(r"\b(?:to|into)\s+(?:an?\s+|the\s+)?([A-Za-z]{3,20})\b", re.IGNORECASE)
_SEARCH = re.compile(r"\b(?:binary|linear) search\b(?! tree)", re.IGNORECASE)
_SIZED = re.compile(
    r"\b(?:with|of)\s+(?:an?\s+)?(?:given\s+|fixed\s+|maximum\s+)?(length|size|capacity|width|height)\b", re.IGNORECASE
)
_COUNTED = re.compile(r"(?<!to )\b(two|three)\s+(?:sorted\s+|given\s+)?([A-Za-z]{3,20})s\b", re.IGNORECASE)

_INPUTS: tuple[tuple[frozenset[str], Fields], ...] = (
    (word_set("circle sphere"), (("radius", "number"),)),
    (word_set("rectangle"), (("width", "number"), ("height", "number"))),
    (word_set("triangle"), (("base", "number"), ("height", "number"))),
    (word_set("interest"), (("principal", "number"), ("rate", "number"), ("years", "whole"))),
    (word_set("fibonacci factorial nth"), (("n", "whole"),)),
    (word_set("palindrome anagram vowels substring"), (("text", "text"),)),
    (word_set("quicksort mergesort bubblesort heapsort median"), (("numbers", "numbers"),)),
)
"""What a function about these is given, where the request does not say."""

_STRUCTURES: tuple[tuple[frozenset[str], Fields, tuple[tuple[str, ...], ...]], ...] = (
    (word_set("queue deque buffer"), (("capacity", "whole"),), (("take",), ("size",), ("is", "empty"))),
    (word_set("stack"), (("capacity", "whole"),), (("pop",), ("size",), ("is", "empty"))),
    (word_set("cache pool"), (("capacity", "whole"),), (("clear",), ("size",))),
    (word_set("tree trie heap graph"), (("values", "numbers"),), (("size",), ("is", "empty"))),
    (word_set("limiter"), (("limit", "whole"), ("window_seconds", "number")), (("is", "allowed"),)),
)
"""Things that hold others: what they are made with, and what can be asked of them."""


def structure_of(subject: Words) -> tuple[tuple[Parameter, ...], tuple[Words, ...]] | None:
    """Fields and methods of a thing that holds others, such as a bounded blocking queue."""
    for heads, fields, methods in _STRUCTURES:
        if subject[-1] in heads:
            # Such a thing begins empty, so nothing is asked of the values that it holds.
            made = [Parameter(ascii_words(name), kind, is_given=kind in vocabulary.LISTS) for name, kind in fields]
            return tuple(made), methods
    return None


def inputs(text: str, operation: Words, objects: Words) -> tuple[Parameter, ...]:
    """What a function is given, where its verb tells that it is not simply its object."""
    lowered = ascii_words(text)
    if _SEARCH.search(text):
        return (Parameter(("numbers",), "numbers"), Parameter(("target",), "number"))
    if match := _COUNTED.search(text):
        noun = match[2].lower()
        kind = vocabulary.TYPE_WORDS.get(noun, "text")
        orders = ("first", "second", "third")[: 2 + (match[1].lower() == "three")]
        return tuple(Parameter((order, *singular((f"{noun}s",))), kind) for order in orders)
    for words, fields in _INPUTS:
        if words & {*lowered}:
            return tuple(parameter(ascii_words(name), kind) for name, kind in fields)
    if match := _SIZED.search(text):
        return (parameter((match[1].lower(),), "whole"),)
    if operation[0] in _READS_TEXT and objects:
        return (parameter(objects, "text"),)
    if operation[0] in _PRODUCES | _GETS and objects:
        return _source(text, objects, operation[0] in _GETS)
    return ()


def _source(text: str, objects: Words, may_go_in: bool) -> tuple[Parameter, ...]:
    for match in _SOURCE.finditer(text):
        words = tuple(word.lower() for word in match.groups() if word)
        if words[-1] in vocabulary.BREAKS or words[0] in vocabulary.TYPE_WORDS:
            words = words[:1]
        if words != objects and not {*words} & {*vocabulary.BREAKS, *vocabulary.STOP_WORDS, *vocabulary.KIND_WORDS}:
            kind = vocabulary.TYPE_WORDS.get(words[-1])
            name = {"texts": ("values",), "numbers": ("numbers",)}.get(kind or "", words)
            return (parameter(name, kind or field_type(words)),)
    if may_go_in:
        return ()
    kind = answer(text, ("calculate", *objects))
    return (parameter(("text",) if kind == "text" else ("value",), "text" if kind == "text" else None),)


def answer(text: str, operation: Words) -> ValueType | None:
    """What a function gives, where its verb and the words around it tell."""
    verb, objects = operation[0], operation[1:]
    if _SEARCH.search(text):
        return "whole"
    if verb in _PRODUCES and {*objects} & _TEXT_RESULTS:
        return "text"
    if verb in _READS_TEXT and objects:
        return field_type(objects)
    if verb == "convert" and (match := _TARGET.search(text)):
        words = ascii_words(match[1])
        return vocabulary.TYPE_WORDS.get(words[0]) or field_type(words)
    return None
