"""What the names of a language mean to the flow: where values come from, what cleans them, what puts texts together.

Its one rule: names are compared after imports and types are resolved, so that an alias decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from groundwork.reading.yaml_text import load_our_yaml

_FOLDER = Path(__file__).parent / "vocabulary"
FAMILIES = {
    "python": "python",
    "javascript": "script",
    "typescript": "script",
    "java": "java",
    "go": "go",
    "rust": "rust",
}
"""Language -> its file in `vocabulary/`; the languages that have one are those whose values are followed."""

Row = tuple[str, ...]
"""What a node does, and the fields that say with what."""
_CLEANS = re.compile(
    r"(?:.*_)?(?:escape|sanitize|sanitise|quote|purify|hexdigest)(?:_\w+)?\Z|(?:escape|sanitize|sanitise|quote)[A-Z]\w*\Z"
    r"|\w+(?:Escape|Sanitize|Sanitise|Quote|Escaped|Sanitized|Sanitised)\w*\Z|(?:De)?[Ss]anitizer?\Z|DOMPurify"
)
"""Last words of functions that make a value safe for something, by the names that everybody gives them."""


_STANDINS = frozenset({"*", "parameter", "handler", "function", "jsx"})
"""Segments that stand for any name."""


_NOTED = frozenset({"made", "added"})
"""Last words of the names under which the walk notes text that is only put together."""


_WORD = re.compile(r"(?:\w|\$(?!\{))+")


@dataclass(frozen=True)
class Words:
    """A text in which names are looked for."""

    text: str
    """Without its comments."""

    @cached_property
    def all(self) -> frozenset[str]:
        """Every word of it."""
        return frozenset(_WORD.findall(self.text))

    def has(self, segments: Iterable[str]) -> bool:
        """Whether the segments of a name that stand for themselves are in it."""
        return all(segment in self.text for segment in segments if segment not in _STANDINS)


class Patterns:
    """A set of dotted names: `os.system` is met by whatever ends so, `*.execute` by any receiver, `open` alone."""

    def __init__(self, names: Iterable[str]) -> None:
        self._of_last: dict[str, list[tuple[str, ...]]] = {}
        self._of_word: dict[str, list[str]] = {}
        for name in names:
            segments = tuple(name.split("."))
            self._of_last.setdefault(segments[-1], []).append(segments[:-1])
        for last in self._of_last:
            self._of_word.setdefault(_WORD.findall(last)[-1], []).append(last)

    def may_meet(self, words: Words) -> bool:
        """Whether a text has all words of one of these."""
        return next(self.last_words_in(words), None) is not None

    def last_words_in(self, words: Words) -> Iterator[str]:
        """The last segments of those of which a text has all words."""
        for word in self._of_word.keys() & (words.all | _NOTED):
            for last in self._of_word[word]:
                if last in _NOTED or (last in words.text and any(map(words.has, self._of_last[last]))):
                    yield last

    def match(self, path: str, is_parameter: bool = False) -> bool:
        """Whether a resolved name is one of these; `parameter` is met by what a parameter's name stands for."""
        before, _, last = path.rpartition(".")
        known = self._of_last.get(last)
        if known is None:
            return False
        segments = before.split(".") if before else []
        return any(_meets(segments, wanted, is_parameter) for wanted in known)


def _meets(segments: list[str], wanted: tuple[str, ...], is_parameter: bool) -> bool:
    if not wanted:
        return not segments
    if wanted[0] == "*":
        return len(segments) >= len(wanted) and tuple(segments[len(segments) - len(wanted) + 1 :]) == wanted[1:]
    if wanted[0] == "parameter":
        rest = wanted[1:]
        root = segments[: len(segments) - len(rest)]
        is_root = root == ["parameter"] or (0 < len(root) <= 2 and root[0] != "parameter")
        return is_parameter and is_root and tuple(segments[len(root) :]) == rest
    return tuple(segments[-len(wanted) :]) == wanted


@dataclass(frozen=True)
class Vocabulary:
    """The data of one language family, `vocabulary/<family>.yml`."""

    kinds: Mapping[str, Row]
    """By the kind of a node."""
    sources: Patterns
    clean: Mapping[str, Patterns]
    """Purpose -> what makes a value safe for it."""
    percent: Patterns
    braces: Patterns
    joins: Patterns
    """Functions of a separator and a list, or of a list and a separator."""
    grows: frozenset[str]
    """Methods that put their arguments behind what the receiver holds."""
    same: frozenset[str]
    """Methods and functions that give the text that they are given."""
    lists: Patterns
    """Functions that begin a list of arguments."""
    builders: frozenset[str]
    """Types that hold a text which grows."""
    handlers: re.Pattern[str]
    """Decorators and annotations of functions whose parameters come from outside."""
    data_frameworks: frozenset[str]
    """Frameworks whose handlers answer with data, never with a page, unless they say so."""
    annotations: re.Pattern[str]
    """Those of single parameters."""
    events: frozenset[str]
    """The parameters, joined by a comma, of a function of which the first one comes from outside."""
    wholes: frozenset[str]
    """Objects that are a whole request; what is made of one answers with what it holds."""
    requests: frozenset[str]
    """Names of parameters that hold a request by the custom of the frameworks."""
    known: frozenset[str]
    """Names that no file declares and that everybody has, such as `process`."""
    weak: frozenset[str]
    """Functions that look at a value without saying that it is allowed."""
    groups: Mapping[str, object]
    """Lists of sinks that rules name."""

    def may_meet_outside(self, words: Words) -> bool:
        """Whether anything in this text can come from outside."""
        text = words.text
        is_fed = any(words.all.issuperset(names.split(",")) for names in self.events)
        return is_fed or bool(
            self.sources.may_meet(words) or self.handlers.search(text) or self.annotations.search(text)
        )

    def purposes(self, path: str, is_parameter: bool) -> frozenset[str]:
        """What the result of this function is safe for."""
        found = {purpose for purpose, names in self.clean.items() if names.match(path, is_parameter)}
        if not found and _CLEANS.match(path.rpartition(".")[2]):
            found = {"all"}
        return frozenset(found)


@cache
def vocabulary_of(language: str) -> Vocabulary:
    """The vocabulary of a language by its name."""
    path = _FOLDER / f"{FAMILIES[language]}.yml"
    data = next(iter(load_our_yaml(path.read_text(encoding="utf-8"))))
    assert isinstance(data, dict), path
    return Vocabulary(
        kinds={kind: tuple(does.split()) for does, kinds in data["kinds"].items() for kind in kinds.split()},
        sources=Patterns(data["sources"]),
        clean={purpose: Patterns(names) for purpose, names in data["clean"].items()},
        percent=Patterns(data.get("percent", ())),
        braces=Patterns(data.get("braces", ())),
        joins=Patterns(data.get("joins", ())),
        grows=frozenset(data["grows"]),
        same=frozenset(data["same"]),
        lists=Patterns(data.get("lists", ())),
        builders=frozenset(data.get("builders", ())),
        handlers=re.compile(data.get("handlers", r"(?!)"), re.MULTILINE),
        data_frameworks=frozenset(data.get("data_frameworks", ())),
        annotations=re.compile(data.get("annotations", r"(?!)")),
        events=frozenset(data.get("events", ())),
        wholes=frozenset(data.get("wholes", ())),
        requests=frozenset(data.get("requests", ())),
        known=frozenset(data.get("known", ())),
        weak=frozenset(data.get("weak", ())),
        groups=data.get("groups", {}),
    )


@lru_cache(maxsize=4096)
def patterns(names: tuple[str, ...]) -> Patterns:
    """The same set for the same names."""
    return Patterns(names)
