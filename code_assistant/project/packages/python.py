"""The public interface of an installed Python package as documentation: what matters for a request, within a budget.

The rule: signatures and docstrings are read from the source; the package is not imported.
"""

from __future__ import annotations

import re
from importlib.metadata import Distribution, distributions
from pathlib import Path

import griffe
from packaging.utils import canonicalize_name

from code_assistant.project.libraries import LibraryName
from code_assistant.project.packages.document import InstalledDoc, join_document, without_badges
from code_assistant.project.packages.interface import NOT_PUBLIC, InterfaceEntry, find_entries, first_line
from code_assistant.project.packages.modules import Deadline, Packages
from code_assistant.project.packages.ranking import Matcher, Ranking
from code_assistant.project.reality.known import PYTHON_ALIASES
from code_assistant.text.trim import trim, words
from groundwork.reading.plain_text import is_plain

README_SHARE = 0.35
"""Of the budget: examples teach more than signatures do, signatures are what is exact."""
_CHANGELOG = re.compile(
    r"^(?:#+ *)?(?:change ?log|changes|history|release notes|release information|what's (?:new|changed))\b.{0,20}$",
    re.IGNORECASE | re.MULTILINE,
)
"""Where a long description turns into news: those mention many names that are gone."""
_RECORDS = ("METADATA", "PKG-INFO", "RECORD", "top_level.txt", "installed-files.txt", "SOURCES.txt")
_MAX_RECORD_BYTES = 20_000_000
"""The records of the largest packages have a few."""
_MAX_METHODS = 12
_MAX_OTHER_METHODS = 4
"""Methods that have nothing to do with the request: some, to show what the class is."""
_MAX_ENTRY_SHARE = 0.4
"""Of the budget, for one class with its methods."""
_MAX_SIGNATURE = 400
_MAX_DEFAULT = 40
_FIELD_CALL = re.compile(r"(?:\w+\.)*[fF]ield\(\s*")
"""How dataclasses, attrs and pydantic describe a field; it may have a default or not."""
_HAS_DEFAULT = re.compile(r"(?!\.\.\.|\)|\w+\s*=(?!=))|.*\bdefault(?:_factory)?\s*=\s*(?!\.\.\.)")
_TOP, _SHOWN, _DEEPER, _ERROR = 1.0, 1.0, -0.3, -1.0
"""Scores besides the request's words: exported at the top, shown in the README, each level below, an exception."""


def python_documentation(
    library: LibraryName, query: str, packages: Packages, deadline: Deadline, max_chars: int
) -> InstalledDoc | None:
    """Describe an installed package with regard to a query, or None when it is not installed. Blocking."""
    distribution = find_distribution(library.name, packages)
    if distribution is None:
        return None
    name, version = str(distribution.metadata["Name"]), distribution.version
    modules = import_names(distribution)
    head = f"# {name} {version}, as installed\n\n{distribution.metadata['Summary'] or ''}"
    readme = trim(_readme(distribution), int(max_chars * README_SHARE), f"{query} example usage").text
    shown = words(_readme(distribution))
    entries = list(find_entries(modules, _all_tops(distribution), packages, deadline, Matcher(query, shown)))
    ranking = Ranking(query, (f"{entry.name} {entry.line}" for entry in entries))
    budget = max_chars - len(head) - len(readme) - 80
    interface = _render(_rank(entries, ranking, shown), ranking, budget)
    text = join_document(head, readme, "## Public interface", interface)
    return InstalledDoc(name, version, text, ", ".join(modules))


def find_distribution(name: str, packages: Packages) -> Distribution | None:
    """The installed distribution of a library, by its own name or by that of a module (`yaml` for PyYAML)."""
    paths = [str(path) for path in packages.environment.site_packages]
    bare = name.partition("[")[0]
    for candidate in (canonicalize_name(bare), *PYTHON_ALIASES.get(bare, ())):
        for found in distributions(name=candidate, path=paths) if paths else ():
            # Without its metadata file `metadata` itself fails; half-removed packages are like that.
            if _is_readable(found) and (found.read_text("METADATA") or found.read_text("PKG-INFO")):
                return found
    return None


def _is_readable(distribution: Distribution) -> bool:
    """False when one of its records is a pipe, a device or too long: importlib reads to the end whatever it is."""
    folder = getattr(distribution, "_path", None)
    places = [folder / name for name in _RECORDS] if isinstance(folder, Path) else []
    return all(not place.exists() or is_plain(place, _MAX_RECORD_BYTES) for place in places)


def import_names(distribution: Distribution) -> tuple[str, ...]:
    """The top-level modules of a distribution, public ones, from its own records."""
    listed = (distribution.read_text("top_level.txt") or "").split()
    if not listed:
        tops = [file.parts[0] for file in distribution.files or () if file.suffix in (".py", ".so", ".pyd", ".pyi")]
        listed = [top.partition(".")[0] for top in dict.fromkeys(tops)]
    own = canonicalize_name(str(distribution.metadata["Name"])).replace("-", "_")
    public = [top for top in dict.fromkeys(listed) if top.isidentifier() and not NOT_PUBLIC.match(top)]
    return tuple(sorted(public or [own], key=lambda top: (top.lower() != own, top)))


def _all_tops(distribution: Distribution) -> frozenset[str]:
    """All top-level modules of a distribution, private ones too: what `pytest` offers is defined in `_pytest`."""
    tops = (file.parts[0].partition(".")[0] for file in distribution.files or () if file.suffix == ".py")
    return frozenset(top for top in tops if top.isidentifier())


def _rank(entries: list[InterfaceEntry], ranking: Ranking, shown: frozenset[str]) -> list[InterfaceEntry]:
    """The most relevant first; what the README shows is what most programs need."""
    scored = [(_relevance(entry, ranking) + _SHOWN * (entry.name.lower() in shown), entry) for entry in entries]
    return [entry for _, entry in sorted(scored, key=lambda pair: -pair[0])]


def _relevance(entry: InterfaceEntry, ranking: Ranking) -> float:
    best = max((ranking.score(method.name, first_line(method)) for method in entry.methods), default=0.0)
    place = _TOP if entry.is_top else _DEEPER * entry.module.count(".")
    failure = _ERROR if re.search(r"(Error|Exception|Warning)$", entry.name) else 0.0
    return ranking.score(entry.name, entry.line) + 0.8 * best + place + failure


def _render(entries: list[InterfaceEntry], ranking: Ranking, budget: int) -> str:
    """The most relevant entries that fit, grouped by the module to import them from."""
    chosen: dict[str, list[str]] = {}
    left = budget
    for entry in entries:
        text = _describe(entry, ranking, int(budget * _MAX_ENTRY_SHARE))
        cost = len(text) + (0 if entry.module in chosen else len(entry.module) + 20)
        if cost > left:
            continue
        left -= cost + 1
        chosen.setdefault(entry.module, []).append(text)
    blocks = [f"### `{module}`\n" + "\n".join(lines) for module, lines in chosen.items()]
    return "\n\n".join(blocks)


def _describe(entry: InterfaceEntry, ranking: Ranking, max_chars: int) -> str:
    node = entry.definition.node
    if isinstance(node, griffe.Function):
        return f"- `{_signature(node, entry.name)}`{_tell(node)}"
    init = node.members.get("__init__")
    bases = ", ".join(str(base) for base in node.bases)
    shown = _signature(init, entry.name) if isinstance(init, griffe.Function) else _fields(node, entry.name)
    text = f"- `class {shown}`{f' (a {bases})' if bases else ''}{_tell(node)}"
    scores = {method.name: ranking.score(method.name, first_line(method)) for method in entry.methods}
    fitting = sorted(entry.methods, key=lambda method: -scores[method.name])
    others = [method for method in fitting if not scores[method.name]][:_MAX_OTHER_METHODS]
    for method in [*(method for method in fitting if scores[method.name]), *others][:_MAX_METHODS]:
        shown = _attribute(method) if _is_property(method) else _signature(method, method.name)
        line = f"\n  - `.{shown}`{_tell(method)}"
        if len(text) + len(line) <= max_chars:
            text += line
    return text


def _fields(node: griffe.Class, name: str) -> str:
    """A class without `__init__`, with its annotated fields."""
    fields = [
        f"{member.name}: {member.annotation}{_default(member)}"
        for member in node.members.values()
        if isinstance(member, griffe.Attribute) and member.annotation is not None and not member.name.startswith("_")
    ]
    return _cut(f"{name}({', '.join(fields)})" if fields else name, _MAX_SIGNATURE)


def _default(field: griffe.Attribute) -> str:
    """A field's default as it would stand in a signature; nothing for a field that must be given."""
    value = "" if field.value is None else " ".join(str(field.value).split())
    call = _FIELD_CALL.match(value)
    if call is not None and not _HAS_DEFAULT.match(value, call.end()):
        return ""
    if call is not None or len(value) > _MAX_DEFAULT:
        return " = ..."
    return f" = {value}" if value else ""


def _is_property(function: griffe.Function) -> bool:
    """True for what is used without a call, by the standard library's decorators or others of such a name."""
    names = (str(decorator.value).partition("(")[0] for decorator in function.decorators)
    return any(name.rpartition(".")[2].endswith("property") for name in names)


def _attribute(function: griffe.Function) -> str:
    return _cut(f"{function.name}: {function.returns}" if function.returns else function.name, _MAX_SIGNATURE)


def _signature(function: griffe.Function, name: str) -> str:
    prefix = "async " if "async" in function.labels else ""
    shown = function.signature(name=name, return_type=name == function.name)
    return _cut(prefix + " ".join(shown.split()).replace("`", "'"), _MAX_SIGNATURE)


def _tell(node: griffe.Object) -> str:
    line = first_line(node)
    return f": {line}" if line else ""


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def _readme(distribution: Distribution) -> str:
    """The long description up to its changelog, where it has one; badges are left out."""
    text = _CHANGELOG.split((distribution.read_text("METADATA") or "").partition("\n\n")[2], maxsplit=1)[0]
    return without_badges(text)
