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
from code_assistant.scaffold.prose import MAX_READ_CHARS, looks_secret, sentence, summary
from code_assistant.scaffold.signature import Signature, find_signature
from code_assistant.scaffold.vocabulary import Kind, ValueType
from code_assistant.scaffold.wording import gerund, heading, singular, spoken, third_person

FALLBACK: Words = ("requested", "feature")

_KINDS = [(kind, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for kind, words in vocabulary.KINDS]
_NAMED = re.compile(r"\b(?:called|named)\s+[\"'`]?([A-Za-z_]\w{0,60})")
_DECLARED = re.compile(r"\b(?:class|interface|struct|model|component|table|enum|type)\s+([A-Z][A-Za-z0-9_]*[a-z]\w*)\b")
_QUOTED = re.compile(r"[`'\"]([A-Za-z_]\w{1,60})(?:\(\))?[`'\"]")
_IDENTIFIER = re.compile(
    r"(?<!\w)(?=[A-Za-z0-9_]{3,60}(?!\w))"
    r"([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+|[a-z][a-z0-9]*(?:[A-Z][a-z0-9]+)+|[a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?!\w)"
)
_PRODUCTS = word_set(
    """
    fastapi javascript typescript postgresql mysql sqlite mongodb github gitlab graphql openapi openai nodejs
    nextjs nestjs numpy oauth junit springboot youtube linkedin paypal dynamodb websocket websockets devops
    macos
    """
)
_QUESTION = re.compile(
    r"\b(?:checks?|tests?|determines?|tells?)\s+(?:if|whether)\s+(?:an?\s+|the\s+)?(\w+)\s+is\s+(?:an?\s+)?(\w+)"
)
_METHODS = re.compile(r"\bmethods?\s*:?\s*((?:[`\w]+(?:\(\))?(?:\s*,\s*(?:and\s+)?|\s+and\s+|\b))+)", re.IGNORECASE)
_RESULT_NOUN = re.compile(r"\breturns?\s+(?:the|their|its)\s+([A-Za-z]{3,20})\b", re.IGNORECASE)
_RETURNS = re.compile(r"\breturn(?:s|ing)?\s+(?:an?\s+|the\s+)?(list|array)?(?:\s*of\s+)?(\w+)", re.IGNORECASE)


_ASKS_FOR_MORE = re.compile(
    r"\b(?:class|endpoint|route|rest api|component|webhook|controller|service)\b(?! (?:function|method))", re.IGNORECASE
)
"""A signature beside one of these is a part of what is wanted; without one it is all of it."""

_BASE_VERBS = {
    form: verb for verb in sorted(vocabulary.VERBS) for form in (gerund(verb), third_person(verb), verb)
}  # the verb itself last: "process" is no form of another


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
    subject, operation, objects = _names(head, kind)
    if operation[:2] == ("handle", subject[0]) and kind in ("component", "page", "stylesheet"):
        operation = ("describe", *operation[1:])
    if kind in ("class", "model", "table"):
        operations = _methods(text, operation, kind)
    else:
        operations = (Operation(operation, None if kind == "endpoint" else _returns(text, operation)),)
    if question := _QUESTION.search(head.lower()):
        parameters = parameters or (parameter(ascii_words(question[1])),)
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
    products = {*vocabulary.FRAMEWORKS, *(name.lower() for name in libraries.names)}
    return " ".join(word for word in text.split() if word.strip(".,;:()").lower() not in products)


def _kind(text: str, libraries: Libraries) -> Kind:
    found = next((kind for kind, pattern in _KINDS if pattern.search(text)), None)
    if found in (None, "model", "class") and libraries.serves_http:
        return "endpoint"
    return found or ("cli" if libraries.is_command_line else "function")


def _names(text: str, kind: Kind) -> tuple[Words, Words, Words]:
    """The subject, the operation, and the operation's object."""
    explicit = _explicit_name(text)
    phrase = _question(text) or _verb_phrase(text)
    if explicit:
        words = fit(ascii_words(explicit), FALLBACK)
        is_function = kind == "function" or (explicit[0].islower() and kind not in ("class", "model", "table"))
        if is_function:
            return words, words if words[0] in _BASE_VERBS or kind == "function" else ("handle", *words), words[1:]
        return words, fit(phrase, ()) or _operation(words), phrase[1:]
    noun = _noun_phrase(text)
    if kind == "table" and phrase[1:]:
        noun = phrase[1:]
    if phrase[1:] and noun in vocabulary.VAGUE_NOUNS:
        noun = (*singular(phrase[1:]), *noun)
    if phrase and (kind == "function" or not noun):
        operation = fit(phrase, FALLBACK)
        shown = operation[1:] if kind in ("component", "page") else ()
        return shown or operation, operation, operation[1:]
    if kind == "function" and not phrase and (result := _RESULT_NOUN.search(text)):
        operation = ("calculate", result[1].lower())
        return operation, operation, ()
    subject = fit(noun, FALLBACK)
    operation = fit(phrase, FALLBACK) if phrase else _operation(subject)
    return subject, operation, phrase[1:]


def _explicit_name(text: str) -> str | None:
    for pattern in (_NAMED, _DECLARED, _QUOTED, _IDENTIFIER):
        for match in pattern.finditer(text):
            name = match[1]
            common = name.lower() in _PRODUCTS or name.lower() in vocabulary.STOP_WORDS
            if not common and ascii_words(name) and not looks_secret(name):
                return name
    return None


def _question(text: str) -> Words:
    match = _QUESTION.search(text.lower())
    return ("is", match[2]) if match else ()


def _verb_phrase(text: str) -> Words:
    """`("reverse", "string")` in "Write a function that reverses a string" and in "Reverse a string"."""
    tokens = re.findall(r"[A-Za-z][\w'-]*|[.,;:!?()]", text)
    lowered = [token.lower() for token in tokens]
    for index, token in enumerate(lowered):
        before = lowered[index - 1] if index else ""
        opens = before in ("to", "that", "which", "for", "") or before in vocabulary.STOP_WORDS
        is_made = before not in ("to", "that", "which", "for") and token in vocabulary.MAKERS
        if opens and not is_made and token in _BASE_VERBS and (before != "for" or token.endswith("ing")):
            found = _phrase(lowered[index + 1 :])
            if before not in ("to", "that", "which", "for") and not found:
                continue
            return (_BASE_VERBS[token], *found)
    return ()


def _noun_phrase(text: str) -> Words:
    """`("user", "authentication")` in "Create a REST API endpoint for user authentication"."""
    lowered = [token.lower() for token in re.findall(r"[A-Za-z0-9][\w'-]*|[.,;:!?()]", text)]
    start = next((i + 1 for i, token in enumerate(lowered) if token in vocabulary.MAKERS), 0)
    direct = _phrase(lowered[start:])
    if direct:
        return direct
    for index, token in enumerate(lowered):
        if token in ("for", "to", "of", "with", "and") and (found := _phrase(lowered[index + 1 :])):
            return found
    return _phrase(lowered)


def _phrase(tokens: Sequence[str]) -> Words:
    found: list[str] = []
    for word in tokens:
        if word == "of" and found and found[-1] in vocabulary.COLLECTIONS:
            found.pop()  # what is dealt with in "a list of categories" is the categories
            continue
        if not word[0].isalnum() or word in vocabulary.BREAKS or len(found) >= 4:
            break
        if word not in vocabulary.STOP_WORDS and word not in vocabulary.KIND_WORDS and word not in vocabulary.MAKERS:
            found.extend(() if looks_secret(word) else ascii_words(word.replace("'s", "")))
    return tuple(found[:4])


def _operation(subject: Words) -> Words:
    """`("authenticate", "user")` for `("user", "authentication")`."""
    verb = vocabulary.NOUN_TO_VERB.get(subject[-1])
    if verb == subject[-1]:
        return subject
    if verb:
        return fit((*verb.split("_"), *subject[:-1]), FALLBACK)
    return subject if subject[0] in _BASE_VERBS else fit(("handle", *subject), FALLBACK)


def _methods(text: str, operation: Words, kind: Kind) -> tuple[Operation, ...]:
    match = _METHODS.search(text)
    names = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", match[1].strip(" ,")) if match else []
    plain = [words for name in names if (words := ascii_words(name)) and words[0] not in vocabulary.BREAKS]
    methods: dict[Words, None] = dict.fromkeys(fit(words, FALLBACK) for words in plain[:6])
    if not methods:
        own = operation[:1] != ("handle",) and operation != FALLBACK
        default = operation if own and kind != "model" else ("run",) if kind == "class" else ("validate",)
        methods = {default: None}
    return tuple(Operation(words, _returns("", words)) for words in methods)


def _returns(text: str, operation: Words) -> ValueType:
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
