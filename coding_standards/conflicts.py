"""Names what two sources of a project say differently: the line length, and how lines are indented.

Its one rule: only plain statements count. Prose is read for a number beside the words `line length`,
`characters` or `indent`; a text that gives several for one language is not taken to say anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from coding_standards.editorconfig import EditorConfig, layout_of
from coding_standards.languages import LANGUAGES, Language
from coding_standards.project_texts import ProjectText
from coding_standards.ruff_config import RuffConfig

_PROPERTIES = {"max_line_length": "line length", "indent_size": "indent size", "indent_style": "indent style"}
_FENCED = re.compile(r"^ *(```|~~~).*?^ *\1", re.DOTALL | re.MULTILINE)
_SENTENCE = re.compile(r"(?:[^.\n]|\.(?=\S))+")
_LENGTH = (
    re.compile(r"\bline[- ](?:length|width|limit)s?\b\D{0,30}?\b(\d{2,3})\b", re.IGNORECASE),
    re.compile(r"\blines?\b.{0,60}?\b(\d{2,3})[- ](?:char|col)", re.IGNORECASE),
    re.compile(r"\b(\d{2,3})[- ](?:char|col)\w*\b.{0,40}?\blines?\b", re.IGNORECASE),
)
_INDENT_SIZE = re.compile(r"\b(\d|two|four|eight)[- ]spaces?\b", re.IGNORECASE)
_INDENT_TABS = re.compile(r"\btabs\b", re.IGNORECASE)
_MAY_STATE = re.compile(r"\d|indent", re.IGNORECASE)
"""What every sentence holds that says anything; few do, and the rest costs no more than this."""
_TITLES = re.compile(rf"\b(?:{'|'.join(re.escape(language.title) for language in LANGUAGES)})\b")
_WORDS = {"two": 2, "four": 4, "eight": 8}


@dataclass(frozen=True)
class Claim:
    """What one source says about one property of one language's files."""

    name: str
    value: str
    source: str


@dataclass(frozen=True)
class Statement:
    """What a sentence says about one property."""

    name: str
    value: str
    languages: frozenset[str]
    """The titles of those that it names, or that its heading names; none for all."""


def find_conflicts(
    texts: Sequence[ProjectText], editorconfigs: Sequence[EditorConfig], ruff: RuffConfig | None
) -> tuple[str, ...]:
    """Return one sentence for each disagreement, with the languages it concerns and the value that is used."""
    concerned: dict[str, list[str]] = {}
    stated = [(text, tuple(_statements(text.text))) for text in texts if not text.on_request]
    for language in LANGUAGES:
        claims = [*_configured(language, editorconfigs, ruff), *_written(language, stated)]
        for name, label in _PROPERTIES.items():
            said = [claim for claim in claims if claim.name == name]
            if len({claim.value for claim in said}) > 1:
                listed = ", ".join(f"{claim.value} in {claim.source}" for claim in said)
                used = f"{said[0].value} is used" if not _is_text(said[0], texts) else "make them agree"
                concerned.setdefault(f"{label} is {listed}; {used}", []).append(language.title)
    return tuple(f"{_titles(titles)}: {sentence}" for sentence, titles in concerned.items())


def _configured(language: Language, editorconfigs: Sequence[EditorConfig], ruff: RuffConfig | None) -> Iterator[Claim]:
    """Yield what tools enforce, the one that wins first."""
    if language.name == "python" and ruff is not None and ruff.line_length is not None:
        yield Claim("max_line_length", str(ruff.line_length), ruff.source)
    layout = layout_of(f"file{language.suffixes[0]}", editorconfigs)
    for name in _PROPERTIES:
        value, source = getattr(layout, name), layout.source_of(name)
        if value is not None and source is not None:
            yield Claim(name, "off" if value == 0 else str(value), source)


def _written(language: Language, stated: Iterable[tuple[ProjectText, Sequence[Statement]]]) -> Iterator[Claim]:
    for text, statements in stated:
        if text.applies_to(language, None):
            said = [one for one in statements if not one.languages or language.title in one.languages]
            for name in _PROPERTIES:
                values = {one.value for one in said if one.name == name}
                if len(values) == 1:
                    yield Claim(name, values.pop(), text.source)


def _statements(text: str) -> Iterator[Statement]:
    heading: frozenset[str] = frozenset()
    for line in _FENCED.sub("", text).splitlines():
        if line.startswith("#"):
            heading = frozenset(_TITLES.findall(line))
        if not _MAY_STATE.search(line):
            continue
        for sentence in _SENTENCE.findall(line):
            found = list(_statement(sentence)) if _MAY_STATE.search(sentence) else []
            named = (frozenset(_TITLES.findall(sentence)) or heading) if found else heading
            yield from (Statement(name, value, named) for name, value in found)


def _statement(sentence: str) -> Iterator[tuple[str, str]]:
    for pattern in _LENGTH:
        lengths = [int(number) for number in pattern.findall(sentence)]
        yield from (("max_line_length", str(length)) for length in lengths if 60 <= length <= 320)
    if "indent" not in sentence.lower():
        return
    if size := _INDENT_SIZE.search(sentence):
        yield "indent_size", str(_WORDS.get(size[1].lower(), size[1]))
        yield "indent_style", "space"
    elif _INDENT_TABS.search(sentence) and "spaces" not in sentence:
        yield "indent_style", "tab"


def _is_text(claim: Claim, texts: Sequence[ProjectText]) -> bool:
    return any(text.source == claim.source for text in texts)


def _titles(titles: Sequence[str]) -> str:
    return "all languages" if len(titles) == len(LANGUAGES) else ", ".join(titles)
