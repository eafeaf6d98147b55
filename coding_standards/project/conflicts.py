"""Names what two sources say differently: the line length, how lines are indented, and what an item's id stands for.

Its one rule: only plain statements count. Prose is read for a number beside the words `line length`,
`characters` or `indent`; a text that gives several for one language is not taken to say anything.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from coding_standards.languages import LANGUAGES, Language
from coding_standards.library.team import TeamSettings
from coding_standards.project.editorconfig import EditorConfig, resolve_layout
from coding_standards.project.instructions import ProjectStandards
from coding_standards.project.ruff_config import RuffConfig
from coding_standards.project.texts import ProjectText
from coding_standards.standards import Item, Standard

log = logging.getLogger(__name__)

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
class StatedValue:
    """What a sentence says about one property."""

    name: str
    value: str
    languages: frozenset[str]
    """The titles of those that it names, or that its heading names; none for all."""


def look_for_conflicts(
    project: ProjectStandards, settings: TeamSettings, standards: Collection[Standard]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the conflicts, and as a problem that they could not be looked for."""
    try:
        return find_conflicts(project, settings, standards), ()
    except Exception as error:  # what nobody thought of in one text must not cost all standards
        log.exception("looking for conflicts failed")
        return (), (f"conflicts between the files could not be looked for: {type(error).__name__}",)


def find_conflicts(
    project: ProjectStandards, settings: TeamSettings | None = None, standards: Collection[Standard] = ()
) -> tuple[str, ...]:
    """Return one sentence for each disagreement, with the languages it concerns and the value that is used."""
    concerned: dict[str, list[str]] = {}
    texts = project.texts
    team = _choose(settings or TeamSettings())
    stated = [(text, tuple(_statements(text.text))) for text in texts if not text.on_request]
    for language in LANGUAGES:
        claims = [
            *team,
            *_find_configured(language, project.editorconfigs, project.ruff),
            *_find_written(language, stated),
        ]
        for name, label in _PROPERTIES.items():
            said = [claim for claim in claims if claim.name == name]
            if len({claim.value for claim in said}) > 1:
                listed = ", ".join(f"{claim.value} in {claim.source}" for claim in said)
                used = f"{said[0].value} is used" if not _is_text(said[0], texts) else "make them agree"
                concerned.setdefault(f"{label} is {listed}; {used}", []).append(language.title)
    values = (f"{_titles(titles)}: {sentence}" for sentence, titles in concerned.items())
    return (*values, *_find_repeated(texts, standards, (settings or TeamSettings()).disabled))


def _choose(settings: TeamSettings) -> tuple[Claim, ...]:
    """What the team's own file says beats everything, in every language."""
    if settings.line_length is None:
        return ()
    return (Claim("max_line_length", str(settings.line_length), "the team's standards.yml"),)


def _find_repeated(
    texts: Sequence[ProjectText], standards: Iterable[Standard], disabled: Collection[str]
) -> tuple[str, ...]:
    """Name the ids that stand for one thing in a text of the project and for another elsewhere; a copy is none."""
    own = {item.id: (item, standard.uri) for standard in standards for item in standard.items}
    seen: dict[str, list[tuple[Item, str]]] = {}
    found: list[str] = []
    for text in texts:
        for item in text.items if not text.on_request else ():
            if item.id in own and not _is_copy(item, own[item.id][0]):
                uri = own[item.id][1]
                found.append(
                    f"{item.id} is an item of {uri}, which is used, and another one in {text.source}; "
                    "give the latter an id of its own"
                )
            elif item.id not in own and item.id not in disabled:
                seen.setdefault(item.id, []).append((item, text.source))
    for name, said in seen.items():
        if any(not _is_copy(item, said[0][0]) for item, _ in said):
            sources = ", ".join(source for _, source in said)
            found.append(f"{name} stands for different things in {sources}; where several hold, the last one is used")
    return tuple(found)


def _is_copy(item: Item, other: Item) -> bool:
    return item.text.split() == other.text.split()


def _find_configured(
    language: Language, editorconfigs: Sequence[EditorConfig], ruff: RuffConfig | None
) -> Iterator[Claim]:
    """Yield what tools enforce, the one that wins first."""
    if language.name == "python" and ruff is not None and ruff.line_length is not None:
        yield Claim("max_line_length", str(ruff.line_length), ruff.source)
    layout = resolve_layout(f"file{language.suffixes[0]}", editorconfigs)
    for name in _PROPERTIES:
        value, source = getattr(layout, name), layout.name_source(name)
        if value is not None and source is not None:
            yield Claim(name, "off" if value == 0 else str(value), source)


def _find_written(language: Language, stated: Iterable[tuple[ProjectText, Sequence[StatedValue]]]) -> Iterator[Claim]:
    for text, statements in stated:
        if text.applies_to(language, None):
            said = [one for one in statements if not one.languages or language.title in one.languages]
            for name in _PROPERTIES:
                values = {one.value for one in said if one.name == name}
                if len(values) == 1:
                    yield Claim(name, values.pop(), text.source)


def _statements(text: str) -> Iterator[StatedValue]:
    heading: frozenset[str] = frozenset()
    for line in _FENCED.sub("", text).splitlines():
        if line.startswith("#"):
            heading = frozenset(_TITLES.findall(line))
        if not _MAY_STATE.search(line):
            continue
        for sentence in _SENTENCE.findall(line):
            found = list(_statement(sentence)) if _MAY_STATE.search(sentence) else []
            named = (frozenset(_TITLES.findall(sentence)) or heading) if found else heading
            yield from (StatedValue(name, value, named) for name, value in found)


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
