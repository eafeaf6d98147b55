"""Rules: the machine-checkable side of a standard, in ast-grep's rule format with a few keys of our own.

A file `rules/<language>.yml` holds one YAML document per rule. Beside ast-grep's keys (`id`, `language`,
`severity`, `message`, `note`, `rule`, `constraints`, `utils`; https://ast-grep.github.io/reference/yaml.html)
a rule has `engine`, `items`, `valid` and `invalid`. Where `language` is a list, it is a rule for each of them, called
`<language>-<id>`, with those of its items that are not another language's. A rule says how far its silence goes:

- `decides: all`, or a list of some of its items, with a `reason`: where it finds nothing, its part of these items is
  kept, for it sees every form;
- `forms`: what it looks for, in words. Without either key a rule looks for what its message names, in forms such as
  those of its `invalid` examples.
"""

from __future__ import annotations

import itertools
import reprlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from coding_standards.languages import LANGUAGES
from groundwork.reading.yaml_text import YamlError, load_all_yaml, load_our_yaml

EngineName = Literal["ast-grep", "ruff", "oxlint", "sql", "html", "css", "flow", "builtin"]
Severity = Literal["error", "warning"]

ANY = "any"
"""The `language` of a rule that holds in every language (`rules/general.yml`)."""

BUILT_IN = "built-in"
"""How the `source` of a standard or rule begins that came with the program."""

_MAX_SHOWN = 3
"""Examples that are shown as forms; all of them are in the answer to `--explain`."""
_MAX_FORM = 80

_OWN_KEYS = frozenset(
    {"id", "language", "engine", "items", "severity", "message", "note", "valid", "invalid"}
    | {"decides", "reason", "forms"}
)


class RuleError(ValueError):
    """A rule that cannot be used; the text names the file, the rule and the reason."""


@dataclass(frozen=True)
class Example:
    """A piece of code that a rule must accept or refuse; `path` selects a dialect by its suffix (`.tsx`)."""

    code: str
    path: str | None = None


@dataclass(frozen=True, eq=False)
class Rule:
    """One check, and the standard's items that it proves. Equal only to itself, so that it can be a key."""

    id: str
    language: str
    """A language's name, or `any`."""
    engine: EngineName
    items: tuple[str, ...]
    severity: Severity
    message: str
    """What to do, for the one who wrote the code."""
    note: str
    body: Mapping[str, object]
    """The engine's own keys: `rule`, `constraints`, `utils` (ast-grep); `codes` (ruff); `codes`, `options`, `unless`
    (oxlint); else `check` and `options`."""
    valid: tuple[Example, ...]
    invalid: tuple[Example, ...]
    source: str
    decides: frozenset[str] = frozenset()
    """Those of its items whose part of it its silence proves; for the others it only searches."""
    reason: str = ""
    """Why no form of these escapes it."""
    forms: tuple[str, ...] = ()
    """What it looks for, where that is not what its message names."""

    @property
    def looks_for(self) -> str:
        """What its silence says, in a phrase: what it decides, or the forms that it looked for."""
        told = self.reason or "; ".join(self.forms)
        if not told and self.codes:
            told = f"{self.message} ({self.engine} {', '.join(self.codes)})"
        shown = ", ".join(itertools.islice(self._find_forms(), _MAX_SHOWN))
        return told or (f"{self.message} Forms such as {shown}" if shown else self.message)

    def _find_forms(self) -> Iterator[str]:
        """Of each example that it refuses the line that tells most, from where it differs from every good one."""
        good = {line.strip() for example in self.valid for line in example.code.splitlines()}
        for example in self.invalid:
            lines = {line.strip() for line in example.code.splitlines()} - good
            line = max(sorted(lines), key=len, default="")
            same = max((_count_same(line, other) for other in good), default=0)
            line = line[line.rfind(" ", 0, same) + 1 :]
            if line:
                yield f"`{line if len(line) <= _MAX_FORM else line[: _MAX_FORM - 3] + '...'}`"

    @property
    def check(self) -> str:
        """The named check of a `sql`, `html`, `css` or `builtin` rule."""
        return str(self.body.get("check", ""))

    @property
    def codes(self) -> tuple[str, ...]:
        """The rules of ruff or oxlint that it stands for."""
        codes = self.body.get("codes")
        return tuple(map(str, codes)) if isinstance(codes, list) else ()

    @property
    def options(self) -> Mapping[str, object]:
        """The parameters of the named check; of oxlint's rules, by their names."""
        options = self.body.get("options", {})
        return options if isinstance(options, Mapping) else {}


def _count_same(one: str, other: str) -> int:
    """Characters that two texts begin with."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def parse_rules(text: str, source: str) -> tuple[list[Rule], list[str]]:
    """Read a rules file: the rules that are well formed, and one line for each that is not."""
    rules: list[Rule] = []
    problems: list[str] = []
    try:
        documents = load_our_yaml(text) if source.startswith(BUILT_IN) else load_all_yaml(text)
    except YamlError as error:
        return [], [f"{source}: not YAML: {error}"]
    for number, document in enumerate(documents, start=1):
        if document is None:
            continue
        try:
            rules += [_parse_rule(one, source, number) for one in _divide(document)]
        except RuleError as error:
            problems.append(str(error))
    return rules, problems


def _divide(document: object) -> Iterator[object]:
    """A document for several languages as one for each."""
    names = document.get("language") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(names, list):
        yield document
        return
    for name in names:
        foreign = tuple(f"{language.prefix}-" for language in LANGUAGES if language.name != str(name).lower())
        items = document.get("items", [])
        own = [one for one in items if not str(one).startswith(foreign)] if isinstance(items, list) else items
        named = {"id": f"{str(name).lower()}-{document['id']}"} if "id" in document else {}
        yield {**document, **named, "language": name, "items": own}


def _parse_rule(document: object, source: str, number: int) -> Rule:
    if not isinstance(document, dict):
        raise RuleError(f"{source}: document {number} is not a mapping")
    rule_id = document.get("id")
    if not isinstance(rule_id, str) or not rule_id:
        raise RuleError(f"{source}: document {number} has no `id`")
    where = f"{source}: {rule_id}"
    odd = next((key for key in document if not isinstance(key, str)), None)
    if odd is not None:
        raise RuleError(
            f"{where}: the key {odd!r} is no text; put it in quotes, as YAML takes `on` and `no` for truths"
        )
    engine = document.get("engine", "ast-grep")
    if engine not in get_args(EngineName):
        raise RuleError(f"{where}: unknown engine {reprlib.repr(engine)}; known: {', '.join(get_args(EngineName))}")
    severity = document.get("severity", "error")
    if severity not in get_args(Severity):
        raise RuleError(f"{where}: unknown severity {reprlib.repr(severity)}; known: error, warning")
    language = document.get("language", ANY)
    if not isinstance(language, str):
        raise RuleError(f"{where}: `language` must be a name such as Python")
    message = document.get("message")
    if not isinstance(message, str) or not message.strip():
        raise RuleError(f"{where}: no `message` that tells what to do")
    return Rule(
        id=rule_id,
        language=language.lower(),
        engine=engine,
        items=_ids(document, where),
        severity=severity,
        message=" ".join(message.split()),
        note=str(document.get("note", "")).strip(),
        body={key: value for key, value in document.items() if key not in _OWN_KEYS},
        valid=tuple(_example(entry, where) for entry in _list(document, "valid", where)),
        invalid=tuple(_example(entry, where) for entry in _list(document, "invalid", where)),
        source=source,
        decides=_decides(document, where),
        reason=" ".join(str(document.get("reason", "")).split()),
        forms=_forms(document, where),
    )


def _decides(document: dict[str, object], where: str) -> frozenset[str]:
    decides, items = document.get("decides", []), _ids(document, where)
    if decides == [] and "reason" not in document:
        return frozenset()
    if decides != "all" and not (isinstance(decides, list) and decides and set(map(str, decides)) <= set(items)):
        raise RuleError(f"{where}: `decides` must be `all` or list some of its `items`; else leave `reason` out")
    reason = document.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise RuleError(f"{where}: `decides` needs a `reason` that tells why no form escapes the rule")
    return frozenset(items if decides == "all" else map(str, decides))


def _forms(document: dict[str, object], where: str) -> tuple[str, ...]:
    forms = _list(document, "forms", where)
    if not all(isinstance(form, str) and form.strip() for form in forms):
        raise RuleError(f"{where}: `forms` must list what the rule looks for, in words")
    return tuple(" ".join(str(form).split()) for form in forms)


def _list(document: dict[str, object], key: str, where: str) -> list[object]:
    value = document.get(key, [])
    if not isinstance(value, list):
        raise RuleError(f"{where}: `{key}` must be a list")
    return value


def _ids(document: dict[str, object], where: str) -> tuple[str, ...]:
    items = _list(document, "items", where)
    if not all(isinstance(item, str | int) for item in items):
        raise RuleError(f"{where}: `items` must list ids such as PY-001")
    return tuple(str(item) for item in items)


def _example(entry: object, where: str) -> Example:
    if isinstance(entry, str):
        return Example(entry)
    if isinstance(entry, dict) and isinstance(entry.get("code"), str):
        path = entry.get("path")
        return Example(entry["code"], str(path) if path is not None else None)
    raise RuleError(f"{where}: an example is a string, or a mapping with `code` and optionally `path`")
