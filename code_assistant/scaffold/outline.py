"""What a request asks for: its kind, names and parameters. Its one rule: guess where words are plain, else say less.

The result is the same for every language; each language's module turns it into files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from code_assistant.scaffold import vocabulary
from code_assistant.scaffold.libraries import Libraries
from code_assistant.scaffold.naming import Words, ascii_words, fit, word_set
from code_assistant.scaffold.parameters import (
    Parameter,
    distinct,
    field_type,
    find_parameters,
    object_parameters,
    parameter,
    parameter_clause,
    subject_parameters,
)
from code_assistant.scaffold.phrases import AGENTS, BASE_VERBS, FALLBACK, QUESTION, read_names
from code_assistant.scaffold.prose import MAX_READ_CHARS, sentence, summary
from code_assistant.scaffold.roles import answer, inputs, structure_of
from code_assistant.scaffold.signature import Signature, find_signature
from code_assistant.scaffold.vocabulary import Kind, ValueType
from code_assistant.scaffold.wording import heading, spoken

_KINDS = [(kind, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for kind, words in vocabulary.KINDS]
_ON_ITSELF = word_set("run validate check process update close save clear start stop open send")
_THINGS, _SHOWN = ("class", "table", "model"), ("sql", "html", "css")
_PAGES = ("javascript", "typescript")
_METHODS_BEFORE = re.compile(
    r"\b(?:with|has|having)\s+(?:the\s+)?(\w+(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)\w+){0,5})\s+methods?\b"
)
_METHODS = re.compile(r"\bmethods?\b\s*:?\s*((?:[`\w]+(?:\(\))?(?:\s*,\s*(?:and\s+)?|\s+and\s+|\b))+)", re.IGNORECASE)
_PATH = re.compile(
    r"(?:\b(?:GET|POST|PUT|PATCH|DELETE)\s+|(?<=\s)|^)/(?P<segment>[A-Za-z][\w-]{0,30})?(?:/[\w{}:.-]{0,40}){0,6}(?=[\s,.;:)]|$)"
)
_NO_SUBJECT = re.compile(r"\bspring[ -]boot\b|\bunit tests? (?:for|of)\b", re.IGNORECASE)
_RETURNS = re.compile(r"\breturn(?:s|ing)?\s+(?:an?\s+|the\s+)?(list|array)?(?:\s*of\s+)?(\w+)", re.IGNORECASE)


_ASKS_FOR_MORE = re.compile(
    r"\b(?:class|endpoint|route|rest api|component|webhook|controller|service)\b(?! (?:function|method))", re.IGNORECASE
)
"""A signature beside one of these is a part of what is wanted; without one it is all of it."""


@dataclass(frozen=True)
class Operation:
    """One thing the code does."""

    words: Words
    returns: ValueType | None
    """None where the answer is a record of its own."""
    native: str = ""
    """The type of the answer as the request spells it, where the language takes it so."""
    subject: Words = ()
    """What a verb that stands alone is done to."""

    @property
    def title(self) -> str:
        """What it does, as the first sentence of a doc comment."""
        return sentence(spoken(self.phrase))

    @property
    def unit(self) -> str:
        """What a number that comes out counts, where it would be a riddle."""
        is_number = self.returns in ("whole", "number")
        return "in seconds" if is_number and self.words[-1] == "duration" else ""

    @property
    def phrase(self) -> Words:
        """Its words, with what it is done to."""
        return (*self.words, "the", *self.subject) if self.subject else self.words


@dataclass(frozen=True)
class Outline:
    """What the files are made from."""

    kind: Kind
    subject: Words
    operations: tuple[Operation, ...]
    parameters: tuple[Parameter, ...]
    result: tuple[Parameter, ...]
    summary: str
    libraries: Libraries
    text: str = ""
    """The request, on one line: for words to be looked up in, never to be written."""
    type_parameters: tuple[str, ...] = ()
    language: str = ""

    @property
    def operation(self) -> Operation:
        """The first, often the only one."""
        return self.operations[0]

    @property
    def title(self) -> str:
        """The subject as a heading."""
        return heading(self.subject)


def read_request(request: str, libraries: Sequence[str], language: str = "") -> Outline:
    """Work out what `request` asks for; a signature in it counts more than its words."""
    text = " ".join(request[:MAX_READ_CHARS].split())
    known = Libraries.parse(libraries)
    signature = find_signature(text, language) if language not in ("sql", "html", "css") else None
    kind = _kind(text, known)
    if signature is not None and signature.parameters and not _ASKS_FOR_MORE.search(text):
        return replace(_as_written(signature, kind, known, text), summary=summary(request), language=language)
    clause = parameter_clause(text, kind)
    parameters = find_parameters(clause)
    head = _without_products(text.replace(clause, " ", 1) if parameters else text, known)
    if (kind in _THINGS or (kind == "page" and language not in _PAGES)) and language not in _SHOWN and _acts(head):
        kind = "function"  # "send a message to a queue" is no queue
    subject, operation, objects = read_names(head, kind)
    if kind == "endpoint":
        subject, operation = _routed(text, subject, operation)
    if operation[:2] == ("handle", subject[0]) and kind in ("component", "page", "stylesheet"):
        operation = ("describe", *operation[1:])
    if kind in ("class", "model", "table"):
        operations = _methods(text, operation, kind, subject)
    else:
        operations = (Operation(operation, None if kind == "endpoint" else _returns(text, operation)),)
    if question := QUESTION.search(head.lower()):
        pair = inputs(text, ("check",), ()) if question[2] == "are" else ()
        parameters = parameters or pair or (parameter(ascii_words(question[1])),)
    structure = structure_of(subject) if kind == "class" else None
    if structure is not None:
        parameters = parameters or structure[0]
        operations = operations if _METHODS.search(text) else tuple(_method(words, subject) for words in structure[1])
    if kind == "function":
        parameters = parameters or inputs(text, operation, objects)
    parameters = parameters or object_parameters(text, kind) or subject_parameters(subject, operation, objects, kind)
    operations = tuple(_untested(operation) for operation in operations)
    parameters = distinct(parameters, [entry.words for entry in operations])
    result = tuple(parameter(ascii_words(name), kind) for name, kind in _result_fields(subject))
    operations = tuple(_like_its_input(operation, parameters) for operation in operations)
    return Outline(kind, subject, operations, parameters, result, summary(request), known, text, (), language)


def _as_written(signature: Signature, kind: Kind, known: Libraries, text: str) -> Outline:
    name = fit(signature.name, FALLBACK)
    is_cli = kind == "cli"
    returns = signature.returns or _returns(text, name)
    operation = _untested(Operation(name, returns, "" if is_cli else signature.native))
    entries = distinct(signature.parameters, [name])
    if is_cli:  # what comes from a command line is checked, and read as one of the plain types
        entries = tuple(parameter(entry.words, entry.type) for entry in entries)
    shape: Kind = "cli" if is_cli else "function"
    return Outline(shape, name, (operation,), entries, (), "", known, text, signature.type_parameters)


def _without_products(text: str, libraries: Libraries) -> str:
    """The text without the names of libraries: they say what to make it with, not what it is."""
    text = _NO_SUBJECT.sub(" ", _PATH.sub(" ", text))
    products = {*vocabulary.FRAMEWORKS, *(name.lower() for name in libraries.names)}
    return " ".join(word for word in text.split() if word.strip(".,;:()").lower() not in products)


def _kind(text: str, libraries: Libraries) -> Kind:
    if "middleware" in text.lower():
        return "function"  # it stands before every route and has none
    found = next((kind for kind, pattern in _KINDS if pattern.search(text)), None)
    if found in (None, "model", "class") and libraries.serves_http:
        return "endpoint"
    return found or ("cli" if libraries.is_command_line else "function")


def _routed(text: str, subject: Words, operation: Words) -> tuple[Words, Words]:
    """The names with those of the path that a request asks for."""
    match = _PATH.search(text)
    parts = [part for part in match[0].split("/")[1:] if part[:1].isalpha() and part != "api"] if match else []
    if match and parts and (subject == FALLBACK or match[0].count("/") == 1):
        words = fit(ascii_words(parts[-1]), FALLBACK)
        return words, ("handle", *words) if operation == ("handle", *FALLBACK) else operation
    return subject, operation


def _acts(text: str) -> bool:
    """Tell whether `text` begins with a verb that the code, and not its author, is to do."""
    first = text.split(None, 1)[:1]
    is_maker = bool(first) and first[0].lower() in vocabulary.MAKERS
    return bool(first) and first[0].lower() in BASE_VERBS and not is_maker and not re.search(r"\bclass\b", text)


def _method(words: Words, subject: Words) -> Operation:
    """A method; a verb that stands alone is done to its object."""
    alone = len(words) == 1 and words[0] in _ON_ITSELF
    return Operation(words, _returns("", words), subject=subject if alone else ())


def _methods(text: str, operation: Words, kind: Kind, subject: Words) -> tuple[Operation, ...]:
    match = _METHODS.search(text) or _METHODS_BEFORE.search(text)
    names = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", match[1].strip(" ,")) if match else []
    plain = [words for name in names if (words := ascii_words(name)) and words[0] not in vocabulary.BREAKS]
    methods: dict[Words, None] = dict.fromkeys(fit(words, FALLBACK) for words in plain[:6])
    if not methods:
        own = operation[:1] != ("handle",) and operation != FALLBACK
        default = operation if own and kind != "model" else _agency(subject) if kind == "class" else ("validate",)
        methods = {default: None}
    return tuple(_method(words, subject) for words in methods)


def _agency(subject: Words) -> Words:
    """`("parse", "invoice")` for `("invoice", "parser")`."""
    verb = AGENTS.get(subject[-1])
    if verb is None:
        return ("run",)
    return fit((verb, *subject[:-1]), FALLBACK) if subject[1:] else (verb, "input")


def _returns(text: str, operation: Words) -> ValueType:
    if text and (kind := answer(text, operation)):
        return kind
    match = _RETURNS.search(text)
    if match and (named := vocabulary.TYPE_WORDS.get(match[2].lower())):
        return "numbers" if match[1] and named in ("number", "numbers") else "texts" if match[1] else named
    by_verb = next((kind for kind, verbs in vocabulary.VERB_RETURNS.items() if operation[0] in verbs), None)
    return by_verb or (field_type(operation) if len(operation) == 1 else None) or "text"


def _like_its_input(operation: Operation, parameters: Sequence[Parameter]) -> Operation:
    if operation.words[0] in vocabulary.KEEP_TYPE and operation.returns == "text" and parameters:
        return Operation(operation.words, parameters[0].type)
    return operation


def _untested(operation: Operation) -> Operation:
    # Several test runners take every function whose name begins with "test" for a test.
    return replace(operation, words=("check", *operation.words[1:])) if operation.words[0] == "test" else operation


def _result_fields(subject: Words) -> vocabulary.Fields:
    rows = vocabulary.SUBJECT_RESULTS
    return next((fields for words, fields in rows if words & set(subject)), vocabulary.DEFAULT_RESULT)
