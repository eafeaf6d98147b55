"""The library as Markdown: what each resource and each tool says.

Its one rule: text only; everything here is a function of one snapshot, so that two snapshots can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from coding_standards.languages import Language, find_language
from coding_standards.library.provable import TITLE, list_provable
from coding_standards.library.snapshot import Library
from coding_standards.project.instructions import ProjectText
from coding_standards.report import PARSES
from coding_standards.rules import ANY, Rule
from coding_standards.standards import Item, Standard
from groundwork.plural import count_of

EVERYTHING = "resource://coding-standards"
INDEX = "standards://index"
SUMMARY = "standards://summary"

MAX_PROJECT_TEXT = 12_000
"""Characters of one of the project's own files shown with a language: a model's context is not endless."""


MAX_LOOKED_FOR = 120
"""Characters of what is looked for, in the list of a whole language."""


def pages(library: Library) -> dict[str, Callable[[], str]]:
    """Every resource there is: its URI, and what makes its text."""
    made: dict[str, Callable[[], str]] = {
        INDEX: lambda: index(library),
        SUMMARY: lambda: summary(library),
        EVERYTHING: lambda: everything(library),
    }
    for name in library.names("language"):
        language = find_language(name)
        made[f"standards://language/{name}"] = _bind(language_text, library, language)
        made[f"standards://checklist/{name}"] = _bind(checklist, library, language)
    for name in library.names("topic"):
        made[f"standards://topic/{name}"] = _bind(topic_text, library, name)
    return made


def index(library: Library) -> str:
    """What there is, where it comes from, and every problem."""
    lines = [
        "# Coding standards: index",
        "",
        "Read `standards://language/{language}` before writing code, `standards://checklist/{language}` to review it,",
        "and give finished code to the tool `check_code`.",
    ]
    for kind, title in (("language", "Languages"), ("topic", "Topics")):
        lines += ["", f"## {title}", ""]
        for name in library.names("language" if kind == "language" else "topic"):
            standard = library.standards["language" if kind == "language" else "topic", name]
            rules = f", {len(library.rules_for(find_language(name)))} rules" if kind == "language" else ""
            held = count_of(len(standard.items), "item")
            lines.append(f"- `{standard.uri}` {standard.title}: {held}{rules} ({standard.source})")
    if library.project is not None and library.project.texts:
        lines += ["", "## From the project itself", ""]
        lines += [f"- `{text.source}` {text.title} ({_scope(text)})" for text in library.project.texts]
    lines += ["", *_settings(library)]
    lines += _section("Files of the team", (f"`{name}`" for name in library.team_files))
    lines += _section(TITLE, list_provable(library, map(find_language, library.names("language"))))
    lines += _section("Conflicts", library.conflicts)
    lines += _section("Problems", library.problems) or ["", "## Problems", "", "None."]
    return "\n".join(lines) + "\n"


def summary(library: Library) -> str:
    """Every item's id and title, without the detail."""
    lines = ["# Coding standards: summary", "", *_settings(library)]
    for standard in library.standards.values():
        lines += ["", f"## {standard.title} (`{standard.uri}`)", "", *(_line(item) for item in standard.items)]
    if library.project is not None and library.project.texts:
        lines += ["", "## From the project itself", ""]
        for text in library.project.texts:
            lines.append(f"- `{text.source}` {text.title} ({_scope(text)})")
            lines += [f"  {_line(item)}" for item in library.items_in(text)]
    lines += _section("Conflicts", library.conflicts)
    return "\n".join(lines) + "\n"


def language_text(library: Library, language: Language, path: str | None = None) -> str:
    """The standard of a language, what goes with it, and what the project says about it, or about a file of it."""
    standard = library.standard("language", language.name)
    parts = [standard.body.rstrip() if standard is not None else f"# {language.title}\n\nNo standard is written yet."]
    topics = library.topics_of(language)
    if topics:
        listed = [f"- `{topic.uri}` {topic.title}" for topic in topics]
        parts.append("\n".join(["## Holds as well", "", *listed]))
    parts.append("\n".join(_settings(library, language, path)))
    shown = library.texts_of(language, path)
    parts += [_project_text(text) for text in shown]
    if path is None and library.project is not None:
        others = [text for text in library.project.texts if text not in shown and text.may_apply_to(language)]
        listed = [f"`{text.source}` {text.title} ({_scope(text)})" for text in others]
        title = "For some files only: `get_standards` with a `path` shows what holds there"
        parts += ["\n".join(_section(title, listed)).strip()] if listed else []
    if library.conflicts:
        parts.append("\n".join(_section("Conflicts", library.conflicts)).strip())
    return "\n\n".join(parts) + "\n"


def topic_text(library: Library, name: str) -> str:
    """The standard of a topic."""
    return library.standards["topic", name].body.rstrip() + "\n"


def checklist(library: Library, language: Language) -> str:
    """Every item of a language and its topics on one line each, with what `check_code` looks for."""
    searched = looked_for(library, language)
    own = library.standard("language", language.name)
    standards = (*((own,) if own is not None else ()), *library.topics_of(language))
    items = library.items_of(language)
    checked = sum(item.id in searched for item in items)
    lines = [
        f"# {language.title}: checklist",
        "",
        f"{count_of(len(items), 'item')}; {checked} are checked by `check_code`, {len(items) - checked} need a person.",
    ]
    for standard in standards:
        lines += ["", f"## {standard.title}", ""]
        lines += [_checklist_line(item, searched) for item in standard.items]
    texts = library.texts_of(language)
    if texts:
        lines += ["", "## From the project itself", ""]
        found = library.project_items(language)
        for text in texts:
            lines.append(f"- Follow `{text.source}`: {text.title} (person)")
            lines += [_checklist_line(item, searched) for item, of_text in found if of_text is text]
    lines += _section("Rules changed by `standards.yml`", _describe_changed_rules(library, language))
    return "\n".join(lines) + "\n"


def everything(library: Library) -> str:
    """Every standard in full."""
    bodies = [standard.body.rstrip() for standard in library.standards.values()]
    texts = [_project_text(text) for text in (library.project.texts if library.project is not None else ())]
    return "\n\n".join([index(library).rstrip(), *bodies, *texts]) + "\n"


def languages_and_topics(library: Library) -> str:
    """One line that names what can be asked for."""
    topics = ", ".join(library.names("topic"))
    return f"languages: {', '.join(library.names('language'))}; topics: {topics}"


def standards_in_full(standards: Iterable[Standard]) -> str:
    """Several standards, one after the other."""
    return "\n\n".join(standard.body.rstrip() for standard in standards) + "\n"


def _bind(make: Callable[..., str], *arguments: object) -> Callable[[], str]:
    return lambda: make(*arguments)


def _line(item: Item) -> str:
    return f"- `{item.id}` {item.title}"


def looked_for(library: Library, language: Language) -> dict[str, str]:
    """By item: how `check_code` judges it, and by what. An item that is not among them needs a person."""
    rules: dict[str, list[Rule]] = {}
    for rule in library.rules_for(language):
        for item_id in rule.items:
            rules.setdefault(item_id, []).append(rule)
    told = {PARSES: f"parser: {language.checked_by}"}
    for item_id, naming in rules.items():
        word = "decided" if all(item_id in rule.decides for rule in naming) else "searched"
        told[item_id] = f"{word}: {' '.join(dict.fromkeys(_sentence(rule.looks_for) for rule in naming))}"
    return told


def what_is_looked_for(library: Library, language: Language) -> str:
    """One line for each item that `check_code` judges, cut: a search for the item tells the whole."""
    told = looked_for(library, language)
    lines = (f"`{item.id}` {_cut(told[item.id])}" for item in library.items_of(language) if item.id in told)
    return "\n".join(_section("What `check_code` looks for", lines))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_LOOKED_FOR else f"{text[: MAX_LOOKED_FOR - 3].rstrip()}..."


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _checklist_line(item: Item, searched: Collection[str]) -> str:
    return f"{_line(item)} ({'checked' if item.id in searched else 'person'})"


def _describe_changed_rules(library: Library, language: Language) -> Iterable[str]:
    own = library.settings
    ids = (versions[0].id for versions in library.rules if versions[0].language in (language.name, ANY))
    for name in ids:
        if name in own.disabled:
            yield f"`{name}` is switched off"
        elif name in own.severities:
            yield f"`{name}` has the severity {own.severities[name]}"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    listed = [f"- {line}" for line in lines]
    return ["", f"## {title}", "", *listed] if listed else []


def _settings(library: Library, language: Language | None = None, path: str | None = None) -> list[str]:
    own = library.settings
    limit = library.line_length(language or find_language("python"), path)
    lines = [f"Lines: {f'{limit} characters at most' if limit else 'no limit'}."]
    if language is None and own.disabled:
        lines.append(f"Switched off by `standards.yml`: {', '.join(sorted(own.disabled))}.")
    if language is None and own.severities:
        changed = (f"{name} ({severity})" for name, severity in sorted(own.severities.items()))
        lines.append(f"Severities set by `standards.yml`: {', '.join(changed)}.")
    return lines


def _scope(text: ProjectText) -> str:
    if text.on_request:
        return "on request"
    where = f"files below `{text.folder}/`" if text.folder else "all files"
    return f"files that match `{', '.join(text.globs)}`" if text.globs else where


def _project_text(text: ProjectText) -> str:
    shown = text.text.strip()
    if len(shown) > MAX_PROJECT_TEXT:
        shown = f"{shown[:MAX_PROJECT_TEXT].rstrip()}\n\n(cut after {MAX_PROJECT_TEXT} characters; see `{text.source}`)"
    return f"## From the project: `{text.source}` ({_scope(text)})\n\n{shown}"
