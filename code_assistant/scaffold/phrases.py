"""The names of what a request asks for. Its one rule: the head of a phrase is what it is about, and is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence

from code_assistant.scaffold import vocabulary
from code_assistant.scaffold.naming import MAX_NAME_CHARS, Words, ascii_words, fit, word_set
from code_assistant.scaffold.prose import looks_secret
from code_assistant.scaffold.vocabulary import Kind
from code_assistant.scaffold.wording import gerund, singular, third_person

FALLBACK: Words = ("requested", "feature")

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
QUESTION = re.compile(
    r"\b(?:checks?|tests?|determines?|tells?)\s+(?:if|whether)\s+(?:an?\s+|the\s+|two\s+)?(\w+)\s+(is|are)\s+"
    r"(?:an?\s+)?(\w+)"
)
_LANDING = re.compile(r"\b(landing|home) ?page\b", re.IGNORECASE)
_RESULT_NOUN = re.compile(r"\breturns?\s+(?:the|their|its)\s+([A-Za-z]{3,20})\b", re.IGNORECASE)
BASE_VERBS = {
    form: verb for verb in sorted(vocabulary.VERBS) for form in (gerund(verb), third_person(verb), verb)
}  # the verb itself last: "process" is no form of another

AGENTS = {
    f"{verb.removesuffix('e')}{last}": verb
    for verb in sorted(vocabulary.VERBS)
    for last in ("er", "or", f"{verb[-1]}er")
}
"""Those who do it: `parser` of `parse`."""


def read_names(text: str, kind: Kind) -> tuple[Words, Words, Words]:
    """The subject, the operation, and the operation's object."""
    explicit = _explicit_name(text)
    phrase = _question(text) or _verb_phrase(text)
    if explicit:
        words = fit(ascii_words(explicit), FALLBACK)
        is_function = kind == "function" or (explicit[0].islower() and kind not in ("class", "model", "table"))
        if is_function:
            return words, words if words[0] in BASE_VERBS or kind == "function" else ("handle", *words), words[1:]
        return words, fit(phrase, ()) or _operation(words), phrase[1:]
    noun = _noun_phrase(text)
    if kind == "page" and (match := _LANDING.search(text)):
        noun = _noun_phrase(text.partition(" with ")[0]) or (match[1].lower(), "page")
    if kind == "table" and phrase[1:]:
        noun = phrase[1:]
    if phrase[1:] and noun in vocabulary.VAGUE_NOUNS:
        noun = (*singular(phrase[1:]), *noun)
    if phrase and (kind == "function" or not noun):
        operation = _short(phrase)
        shown = operation[1:] if kind in ("component", "page") else ()
        return shown or operation, operation, operation[1:]
    if kind == "function" and not phrase and (result := _RESULT_NOUN.search(text)):
        operation = ("calculate", result[1].lower())
        return operation, operation, ()
    subject = _short(noun)
    operation = _short(phrase) if phrase else _operation(subject)
    if kind == "function" and subject[1:] and subject[-1] in AGENTS and not phrase:
        return operation, operation, operation[1:]
    if kind == "function" and operation == ("handle", *subject) and subject != FALLBACK:
        operation = operation if subject[-1].endswith("s") else subject  # a noun such as "debounce" is a name
    return subject, operation, phrase[1:]


def _short(words: Words) -> Words:
    """Leave out what stands between the verb and the head of a phrase that is too long for a name."""
    while len(words) > 2 and sum(map(len, words)) + len(words) > MAX_NAME_CHARS:
        words = (words[0], *words[2:]) if words[0] in BASE_VERBS else words[1:]
    return fit(words, FALLBACK)


def _explicit_name(text: str) -> str | None:
    for pattern in (_NAMED, _DECLARED, _QUOTED, _IDENTIFIER):
        for match in pattern.finditer(text):
            name = match[1]
            common = name.lower() in _PRODUCTS or name.lower() in vocabulary.STOP_WORDS
            if not common and ascii_words(name) and not looks_secret(name):
                return name
    return None


def _question(text: str) -> Words:
    match = QUESTION.search(text.lower())
    return (match[2], match[3]) if match else ()


def _verb_phrase(text: str) -> Words:
    """`("reverse", "string")` in "Write a function that reverses a string" and in "Reverse a string"."""
    tokens = re.findall(r"[A-Za-z][\w'-]*|[.,;:!?()]", text)
    lowered = [token.lower() for token in tokens]
    for index, token in enumerate(lowered):
        before = lowered[index - 1] if index else ""
        opens = before in ("to", "that", "which", "for", "") or before in vocabulary.STOP_WORDS
        is_described = before in ("a", "an", "the")  # "a loading spinner" loads nothing
        is_made = is_described or (before not in ("to", "that", "which", "for") and token in vocabulary.MAKERS)
        if opens and not is_made and token in BASE_VERBS and (before != "for" or token.endswith("ing")):
            found = _phrase(lowered[index + 1 :])
            if before not in ("to", "that", "which", "for") and not found:
                continue
            return (BASE_VERBS[token], *found)
    return ()


def _noun_phrase(text: str) -> Words:
    """`("user", "authentication")` in "Create a REST API endpoint for user authentication"."""
    lowered = [token.lower() for token in re.findall(r"[A-Za-z0-9][\w'-]*|[.,;:!?()]", text)]
    start = next((i + 1 for i, token in enumerate(lowered) if token in vocabulary.MAKERS), 0)
    is_repair = start > 0 and lowered[start - 1] in vocabulary.REPAIRS
    if is_repair and "in" in lowered[start:]:
        start = lowered.index("in", start) + 1
    direct = _phrase(lowered[start:])
    if direct:
        return direct
    for index, token in enumerate(lowered):
        if token in ("for", "of", "with", "and", "in", "" if is_repair else "to") and (
            found := _phrase(lowered[index + 1 :])
        ):
            return found
    return () if is_repair else _phrase(lowered)


_MAX_READ = 7
"""A longer run of words is no noun with what describes it."""


def _phrase(tokens: Sequence[str]) -> Words:
    found: list[str] = []
    for word in tokens:
        if word == "of" and found and found[-1] in vocabulary.COLLECTIONS:
            found.pop()  # what is dealt with in "a list of categories" is the categories
            continue
        if not word[0].isalnum() or word in vocabulary.BREAKS or len(found) >= _MAX_READ:
            break
        if word not in vocabulary.STOP_WORDS and word not in vocabulary.KIND_WORDS and word not in vocabulary.MAKERS:
            found.extend(() if looks_secret(word) else ascii_words(word.replace("'s", "")))
    return tuple(found[:4] if len(found) >= _MAX_READ else found[-4:])


def _operation(subject: Words) -> Words:
    """`("authenticate", "user")` for `("user", "authentication")`."""
    verb = vocabulary.NOUN_TO_VERB.get(subject[-1])
    if verb == subject[-1]:
        return subject
    agent = AGENTS.get(subject[-1])
    if agent and subject[1:]:
        return fit((agent, *subject[:-1]), FALLBACK)
    if verb:
        return fit((*verb.split("_"), *subject[:-1]), FALLBACK)
    return subject if subject[0] in BASE_VERBS else fit(("handle", *subject), FALLBACK)
