"""What a request asks for: its kind, names and values. Its one rule: guess where words are plain, else say less.

The result is the same for every language; the templates turn it into files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from code_assistant.scaffold.fields import MANY, NamedValue, ValueType, guess_type, make_value
from code_assistant.scaffold.naming import Words, ascii_words, fit, speak
from code_assistant.scaffold.parameters import find_parameters, object_parameters
from code_assistant.scaffold.phrases import FALLBACK, QUESTION, find_action, find_name, find_noun, is_verb, split_names
from code_assistant.scaffold.prose import MAX_READ_CHARS, sentence, summary
from code_assistant.scaffold.signature import Signature, find_signature
from code_assistant.scaffold.words import read_words, turn_over

Kind = Literal["function", "class", "endpoint", "table", "page", "style"]

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("endpoint", r"endpoints?|rest|apis?|routes?|webhooks?|controllers?|crud"),
    ("style", r"css|style ?sheets?|styles?|styling|themes?"),
    ("class", r"class(?:es)?"),
    ("function", r"functions?"),
    ("page", r"(?:web ?)?pages?|websites?|forms?|components?|html|navigation|nav ?bars?|buttons?|modals?"),
    ("table", r"tables?|schemas?|migrations?"),
    (
        "class",
        r"models?|structs?|entit(?:y|ies)|records?|interfaces?|services?|clients?|queues?|stacks?|caches?|trees?",
    ),
)
"""Tried in this order; the first that occurs decides."""

_METHODS = re.compile(
    r"\bmethods?\b\s*:?\s+((?:[`\w]+(?:\(\))?(?:\s*,\s*(?:and\s+)?|\s+and\s+|$|\b))+)"
    r"|\b(?:with|has|having)\s+(?:the\s+)?(\w+(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)\w+){0,5})\s+methods?\b",
    re.IGNORECASE,
)
_RETURNS = re.compile(r"\breturn(?:s|ing)?\s+(?:an?\s+|the\s+)?(?:(list|array)\s+of\s+)?(\w+)", re.IGNORECASE)
_PATH = re.compile(r"(?:\b(?:GET|POST|PUT|PATCH|DELETE)\s+)?(?<!\S)/(?:[\w{}:.-]{1,40}/?){1,6}(?=[\s,.;]|$)")
_BESIDE_MORE = re.compile(r"\b(?:class|endpoint|route|component)\b", re.IGNORECASE)
"""A signature beside one of these is a part of what is wanted; without one it is all of it."""

_RETURNED = turn_over("returns")
_LIBRARY = re.compile(r"\s*(@?[A-Za-z][A-Za-z0-9_.-]*(?:[/:][A-Za-z0-9_.-]+){0,3})")
_USUAL_FIELDS = read_words()["usual_fields"]
"""What one would begin with where the request names no field: the first row that shares a word."""
_LOGIN = _USUAL_FIELDS["username, password"]


@dataclass(frozen=True)
class Operation:
    """One thing the code does."""

    words: Words
    returns: ValueType
    native: str = ""
    """The type of the answer as the request spells it, where the language takes it so."""

    @property
    def title(self) -> str:
        """What it does, as the first sentence of a doc comment."""
        return sentence(speak(self.words))


@dataclass(frozen=True)
class Outline:
    """What the files are made from."""

    language: str
    kind: Kind
    subject: Words
    thing: Words
    """What a function deals with: its name without the verb."""
    operations: tuple[Operation, ...]
    parameters: tuple[NamedValue, ...]
    has_fields: bool
    """Whether the request names them."""
    results: tuple[NamedValue, ...]
    """What an endpoint answers."""
    route: Words
    summary: str
    libraries: tuple[str, ...]
    type_parameters: tuple[str, ...] = ()

    @property
    def operation(self) -> Operation:
        """The first, often the only one."""
        return self.operations[0]


def read_request(
    request: str, language: str = "python", libraries: tuple[str, ...] = (), framework: Kind | None = None
) -> Outline:
    """Work out what `request` asks for; a signature in it counts more than its words.

    `libraries` are names as of `library_names`; `framework` is the kind that one of them is for.
    """
    text = " ".join(request[:MAX_READ_CHARS].split())
    signature = find_signature(text, language) if language not in ("sql", "html", "css") else None
    if signature is not None and signature.parameters and not _BESIDE_MORE.search(text):
        return _take_signature(signature, language, summary(request), libraries, text)
    kind = _find_kind(text, language, framework)
    clause, parameters = find_parameters(text)
    head = _PATH.sub(" ", _METHODS.sub(" ", text.replace(clause, " ", 1)))
    written = _find_route(text)
    subject, action = _find_names(head, kind, libraries, written)
    if (question := QUESTION.search(head)) and question[2].lower() != "are":
        parameters = parameters or (make_value(ascii_words(question[1])),)
    has_fields = bool(parameters)
    if not parameters and kind == "function":
        parameters = object_parameters(head, action)
    parameters = parameters or _usual_fields(ascii_words(text) if kind == "page" else subject)
    names = _find_methods(text) if kind in ("class", "table") else [action]
    operations = tuple(Operation(_avoid_test(name), _guess_return(text, name, parameters)) for name in names)
    return Outline(
        language=language,
        kind=kind,
        subject=_avoid_test(subject),
        thing=_find_thing(text, subject),
        operations=operations,
        parameters=_make_distinct(parameters, [operation.words for operation in operations]),
        has_fields=has_fields,
        results=_usual_results(subject),
        route=written or subject,
        summary=summary(request),
        libraries=libraries,
    )


def library_names(given: Sequence[str]) -> tuple[str, ...]:
    """The leading plain name of each of `given`, without its version; what has none is left out."""
    found = [match[1].rstrip("./:-_")[:60] for text in given[:8] if (match := _LIBRARY.match(text[:120]))]
    return tuple(dict.fromkeys(filter(None, found)))


def _take_signature(signature: Signature, language: str, asked: str, libraries: tuple[str, ...], text: str) -> Outline:
    name = _avoid_test(fit(signature.name, FALLBACK))
    returns = signature.returns or _guess_return(text, name, signature.parameters)
    return Outline(
        language=language,
        kind="function",
        subject=name,
        thing=name,
        operations=(Operation(name, returns, signature.native),),
        parameters=_make_distinct(signature.parameters, [name]),
        has_fields=True,
        results=(),
        route=name,
        summary=asked,
        libraries=libraries,
        type_parameters=signature.type_parameters,
    )


def _find_kind(text: str, language: str, framework: Kind | None) -> Kind:
    found = next((kind for kind, words in _KINDS if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)), None)
    if found in ("class", "table", "page") and language not in ("sql", "html", "css"):
        # "Send a message to a queue" is a function, and no queue.
        return "function" if find_action(text[:40], only_first=True) else found
    return found or framework or "function"


def _find_names(head: str, kind: Kind, libraries: Sequence[str], route: Words) -> tuple[Words, Words]:
    """The subject, and what is done to it."""
    name, noun = find_name(head), find_noun(head, libraries)
    action = find_action(head)
    if kind == "function":
        words = name or action or noun or FALLBACK
        return words, words if words != FALLBACK else ("handle", *words)
    landing = (*noun, "page") if noun == ("landing",) else noun
    done = action if kind == "endpoint" else action[1:]
    subject = name or landing or done or route or FALLBACK
    return subject, action or _nominal_action(subject)


def _find_thing(text: str, subject: Words) -> Words:
    if match := re.search(r"\bfrom\s+(?:the\s+)?([a-z_]+)\b", text, re.IGNORECASE):
        return fit(ascii_words(match[1]), subject)
    return subject[1:] if is_verb(subject[0]) and subject[1:] and subject[1].isalpha() else subject


def _nominal_action(subject: Words) -> Words:
    """`("authenticate", "user")` for `("user", "authentication")`."""
    noun = subject[-1]
    verb = f"{noun[:-3]}e" if noun.endswith("ation") else ""
    return fit((verb or "handle", *(subject[:-1] if verb else subject)), FALLBACK)


def _find_route(text: str) -> Words:
    """The last name in a path that the request writes out, such as `users` in `/api/users/{id}`."""
    match = _PATH.search(text)
    parts = [part for part in match[0].split("/")[1:] if part[:1].isalpha()] if match else []
    return fit(ascii_words(parts[-1]), ()) if parts else ()


def _find_methods(text: str) -> list[Words]:
    match = _METHODS.search(text)
    found = split_names(match[1] or match[2]) if match else []
    return found or [("validate",)]


def _guess_return(text: str, name: Words, parameters: Sequence[NamedValue]) -> ValueType:
    match = _RETURNS.search(text)
    if match and (named := guess_type((match[2].lower(),))):
        return MANY.get(named, named) if match[1] else named
    by_verb = _RETURNED.get(name[0])
    if by_verb == "same":
        return parameters[0].type if parameters else "text"
    return cast(ValueType | None, by_verb) or (guess_type(name) if len(name) == 1 else None) or "text"


def _avoid_test(name: Words) -> Words:
    # Several test runners take every function whose name begins with "test" for a test.
    return ("check", *name[1:]) if name[0] == "test" else name


def _make_distinct(parameters: Sequence[NamedValue], taken: Sequence[Words]) -> tuple[NamedValue, ...]:
    """Give each a name of its own, and none that is in `taken`."""
    found: dict[str, NamedValue] = {}
    for entry in parameters:
        words = (*entry.words, "input") if entry.words in taken else entry.words
        found.setdefault("".join(words), NamedValue(words, entry.type, entry.native))
    return tuple(found.values())[:6]


def _usual_fields(words: Words) -> tuple[NamedValue, ...]:
    names = next((fields for fields, about in _USUAL_FIELDS.items() if about & {*words}), "name")
    return tuple(make_value(tuple(name.split())) for name in names.split(", "))


def _usual_results(subject: Words) -> tuple[NamedValue, ...]:
    if _LOGIN & {*subject}:
        return make_value(("user", "id")), make_value(("lifetime", "seconds"), "whole")
    return make_value(("reference",)), make_value(("message",))
