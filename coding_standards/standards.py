"""A standard: a Markdown file with front matter whose list items carry ids.

An item is one obligation: ``- `PY-004` Public functions carry type hints.`` followed by indented
detail. Its first sentence is its title. The id is stable and is what rules and findings refer to.

`about` in the front matter names, for an item, words of which a file has at least one that the item speaks of, in any
case and as parts of longer words: `about: {SEC-004: [sql, select, cursor]}`. It does not apply to other files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from groundwork.reading.yaml_text import YamlError, load_yaml

Kind = Literal["language", "topic"]

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_ITEM = re.compile(r"^[-*] `([A-Z][A-Z0-9]*-\d{3})` +(.+)$")
_NEARLY_ITEM = re.compile(r"^[-*+] +`(([A-Za-z][A-Za-z0-9]*)[-_]\d+)`(.*)$")
_TERMS = frozenset({"AES", "CP", "CVE", "CWE", "EC", "ES", "HTTP", "IEEE", "ISO", "RFC", "RSA", "SHA", "UCS", "UTF"})
"""They begin names such as `UTF-8`, which may well begin a line."""
_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)")


class StandardError(ValueError):
    """A Markdown file that is not a standard; the text names the file and the reason."""


@dataclass(frozen=True)
class Item:
    """One obligation of a standard."""

    id: str
    title: str
    """The first sentence."""
    text: str
    """All of it, detail included."""
    section: str
    """The heading it stands under, or the empty string."""
    about: tuple[str, ...] = ()
    """In lower case: a text that has none of these has nothing that the item speaks of. Empty: it speaks of all."""


@dataclass(frozen=True)
class Standard:
    """One Markdown file: the standard of a language or of a topic."""

    name: str
    kind: Kind
    title: str
    items: tuple[Item, ...]
    """In the order of their numbers."""
    body: str
    """The Markdown without its front matter."""
    source: str
    """Where it comes from, for people: `built-in`, or a path relative to the team's directory or project."""
    meta: Mapping[str, object] = field(default_factory=dict)
    """The rest of the front matter; `topics` lists the topics that go with a language."""

    @property
    def uri(self) -> str:
        """The resource that holds it."""
        return f"standards://{self.kind}/{self.name}"

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that a check of this language also covers."""
        listed = self.meta.get("topics", ())
        return tuple(str(topic) for topic in listed) if isinstance(listed, list) else ()


def parse_standard(text: str, name: str, kind: Kind, source: str) -> Standard:
    """Read one Markdown file.

    Raises:
        StandardError: the front matter is not a YAML mapping or has an odd value, or an item id occurs twice.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    meta, body = _split_front_matter(text, source)
    about = _about(meta, source)
    items = tuple(replace(item, about=about.pop(item.id, ())) for item in _in_order(_items(body)))
    if about:
        raise StandardError(f"{source}: about: there is no item {next(iter(about))!r} in this file")
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise StandardError(f"{source}: the item id {item.id} occurs twice; give each item its own")
        seen.add(item.id)
    return Standard(name, kind, str(meta.get("title", name)), items, body.strip() + "\n", source, meta)


def misspelt_items(body: str) -> tuple[str, ...]:
    """One line for each list item that looks as if it were meant to have an id, and has none."""
    known = {item.id.rpartition("-")[0] for item in _items(body)}
    found: list[str] = []
    for match in map(_NEARLY_ITEM.match, body.splitlines()):
        if match is None or _ITEM.match(match[0]):
            continue
        prefix = match[2].upper()
        if prefix in known or (match[2] == prefix and prefix not in _TERMS):
            found.append(f"- `{match[1]}`{match[3][:20]}: write - `{prefix}-001`, a space and the text")
    return tuple(found)


def _split_front_matter(text: str, source: str) -> tuple[dict[str, object], str]:
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        meta = load_yaml(f"\n{match[1]}") or {}  # lines are counted from the `---` before it
    except YamlError as error:
        raise StandardError(f"{source}: the front matter is not YAML: {error}") from error
    if not isinstance(meta, dict):
        raise StandardError(f"{source}: the front matter must be a mapping such as `title: Python`")
    _look_at(meta, source)
    return meta, text[match.end() :]


def _look_at(meta: Mapping[str, object], source: str) -> None:
    """Refuse a list or a mapping where one word is wanted: it would be shown in full wherever the word is."""
    for key in ("title", "languages", "topics"):
        value = meta.get(key)
        words = value if isinstance(value, list) and key != "title" else [value]
        if any(isinstance(word, Collection) and not isinstance(word, str) for word in words):
            wanted = "plain text" if key == "title" else "a list of names"
            raise StandardError(f"{source}: {key}: must be {wanted}")


def _about(meta: Mapping[str, object], source: str) -> dict[str, tuple[str, ...]]:
    told = meta.get("about", {})
    if not isinstance(told, dict):
        raise StandardError(f"{source}: about: must be a mapping such as `SEC-004: [sql, select]`")
    found: dict[str, tuple[str, ...]] = {}
    for item_id, words in told.items():
        if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
            raise StandardError(f"{source}: about: {item_id}: must be a list of words that a text may have")
        found[str(item_id)] = tuple(word.casefold() for word in words)
    return found


def _items(body: str) -> tuple[Item, ...]:
    found: list[tuple[str, str, list[str]]] = []
    section, is_open = "", False
    for line in body.splitlines():
        if line.startswith("#"):
            section, is_open = line.lstrip("#").strip(), False
        elif match := _ITEM.match(line):
            found.append((match[1], section, [match[2]]))
            is_open = True
        elif is_open and (line.startswith(("  ", "\t")) or not line.strip()):
            found[-1][2].append(line.strip())
        else:
            is_open = False
    return tuple(_item(item_id, heading, lines) for item_id, heading, lines in found)


def _in_order(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """By number within a prefix: a text goes by themes, but whoever looks for an id in a list goes by numbers."""
    prefixes = list(dict.fromkeys(item.id.rpartition("-")[0] for item in items))
    return tuple(sorted(items, key=lambda item: (prefixes.index(item.id.rpartition("-")[0]), item.id)))


def _item(item_id: str, section: str, lines: list[str]) -> Item:
    text = "\n".join(lines).strip()
    paragraph = " ".join(text.split("\n\n")[0].split())
    sentence = _SENTENCE.match(paragraph)
    return Item(item_id, sentence[1] if sentence else paragraph, text, section)
