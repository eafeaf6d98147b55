"""The public interface of an installed Python package as documentation: what matters for a request, within a budget.

The rule: signatures and docstrings are read from the source; the package is not imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions

import griffe
from packaging.utils import canonicalize_name

from code_assistant.installed_modules import Deadline, DeadlineError, Location, Packages
from code_assistant.installed_resolve import Definition, Resolver
from code_assistant.libraries import Library
from code_assistant.reality_known import PYTHON_ALIASES
from code_assistant.trim import trim, words

README_SHARE = 0.35
"""Of the budget: examples teach more than signatures do, signatures are what is exact."""
_CHANGELOG = re.compile(
    r"^(?:#+ *)?(?:change ?log|changes|history|release notes|release information|what's (?:new|changed))\b.{0,20}$",
    re.IGNORECASE | re.MULTILINE,
)
"""Where a long description turns into news: those mention many names that are gone."""
MAX_MODULES = 250
"""Modules that are looked into; enough for all but the very largest packages."""
_MAX_METHODS = 12
_MAX_LINE = 200
_MAX_SIGNATURE = 400
_NOT_PUBLIC = re.compile(r"^(_.*|tests?|testing|conftest|vendor(ed)?|third_party|examples?|benchmarks?|compat|setup)$")
_PARTS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_SPECIAL = frozenset(["__call__", "__enter__", "__aenter__"])


@dataclass(frozen=True)
class PythonDocumentation:
    """What was read of one distribution."""

    name: str
    version: str
    text: str
    source: str
    """Where the package lies, relative to its site-packages."""


@dataclass(frozen=True)
class _Entry:
    """One public function or class under the name that programs import."""

    module: str
    name: str
    definition: Definition
    is_top: bool


def python_documentation(
    library: Library, query: str, packages: Packages, deadline: Deadline, max_chars: int
) -> PythonDocumentation | None:
    """Describe an installed package with regard to a query, or None when it is not installed. Blocking."""
    distribution = find_distribution(library.name, packages)
    if distribution is None:
        return None
    name, version = str(distribution.metadata["Name"]), distribution.version
    modules = import_names(distribution)
    head = f"# {name} {version}, as installed\n\n{distribution.metadata['Summary'] or ''}\n".rstrip() + "\n"
    readme = trim(_readme(distribution), int(max_chars * README_SHARE), f"{query} example usage").text
    shown = words(_readme(distribution))
    entries = _ranked(list(_entries(modules, packages, deadline)), query, shown)
    budget = max_chars - len(head) - len(readme) - 80
    interface = _render(entries, query, budget)
    parts = [
        head,
        *(["## From its README", readme] if readme else []),
        *(["## Public interface", interface] if interface else []),
    ]
    return PythonDocumentation(name, version, "\n\n".join(parts).strip() + "\n", ", ".join(modules))


def find_distribution(name: str, packages: Packages) -> Distribution | None:
    """The installed distribution of a library, by its own name or by that of a module (`yaml` for PyYAML)."""
    paths = [str(path) for path in packages.environment.site_packages]
    bare = name.partition("[")[0]
    for candidate in (canonicalize_name(bare), *PYTHON_ALIASES.get(bare, ())):
        for found in distributions(name=candidate, path=paths) if paths else ():
            # Without its metadata file `metadata` itself fails; half-removed packages are like that.
            if found.read_text("METADATA") or found.read_text("PKG-INFO"):
                return found
    return None


def import_names(distribution: Distribution) -> tuple[str, ...]:
    """The top-level modules of a distribution, public ones, from its own records."""
    listed = (distribution.read_text("top_level.txt") or "").split()
    if not listed:
        tops = [file.parts[0] for file in distribution.files or () if file.suffix in (".py", ".so", ".pyd", ".pyi")]
        listed = [top.partition(".")[0] for top in dict.fromkeys(tops)]
    own = canonicalize_name(str(distribution.metadata["Name"])).replace("-", "_")
    public = [top for top in dict.fromkeys(listed) if top.isidentifier() and not _NOT_PUBLIC.match(top)]
    return tuple(sorted(public or [own], key=lambda top: (top.lower() != own, top)))


def _entries(modules: tuple[str, ...], packages: Packages, deadline: Deadline) -> Iterator[_Entry]:
    """What the top modules export first, then what public modules below define; ends early when time is up."""
    resolver = Resolver(packages, deadline)
    seen: set[str] = set()
    try:
        for location in _public_modules(modules, packages):
            is_top = location.name in modules
            for entry in _of_module(location, resolver, is_top):
                if entry.definition.node.path not in seen:
                    seen.add(entry.definition.node.path)
                    yield entry
    except DeadlineError:
        return


def _public_modules(modules: tuple[str, ...], packages: Packages) -> Iterator[Location]:
    waiting = [found for found in map(packages.locate, modules) if found is not None]
    for _ in range(MAX_MODULES):
        if not waiting:
            return
        location = waiting.pop(0)
        yield location
        names = [name for name in packages.submodules(location) if not _NOT_PUBLIC.match(name)]
        waiting += [found for name in names if (found := packages.locate(f"{location.name}.{name}")) is not None]


def _of_module(location: Location, resolver: Resolver, is_top: bool) -> Iterator[_Entry]:
    module = resolver.module(location)
    for name, binding in module.names.names.items() if module else ():
        if name.startswith("_") or not (is_top or binding.kind == "definition"):
            continue
        is_own = not binding.target or binding.target.partition(".")[0] == location.name.partition(".")[0]
        target = resolver.member(location, name) if is_own else None
        if isinstance(target, Definition):
            yield _Entry(location.name, name, target, is_top)


def _ranked(entries: list[_Entry], query: str, shown: frozenset[str]) -> list[_Entry]:
    """The most relevant first; what the README shows is what most programs need."""
    wanted = words(query)
    scored = {id(entry): _relevance(entry, wanted) + 2.0 * (entry.name.lower() in shown) for entry in entries}
    return sorted(entries, key=lambda entry: -scored[id(entry)])


def _relevance(entry: _Entry, wanted: frozenset[str]) -> float:
    named = _name_words(entry.name) | {entry.name.lower()}
    told = words(_first_line(entry.definition.node))
    score = 3.0 * len(named & wanted) + len(told & wanted) + (2.0 if entry.is_top else 0.0)
    if isinstance(entry.definition.node, griffe.Class):
        methods = {part for name in entry.definition.node.members for part in _name_words(name)}
        score += 0.5 + 0.5 * min(4, len(methods & wanted))
    return score - (2.0 if re.search(r"(Error|Exception|Warning)$", entry.name) else 0.0)


def _name_words(name: str) -> frozenset[str]:
    return frozenset(part.lower() for part in _PARTS.findall(name))


def _render(entries: list[_Entry], query: str, budget: int) -> str:
    """The most relevant entries that fit, grouped by the module to import them from."""
    chosen: dict[str, list[str]] = {}
    left = budget
    for entry in entries:
        text = _described(entry, query)
        cost = len(text) + (0 if entry.module in chosen else len(entry.module) + 20)
        if cost > left:
            continue
        left -= cost + 1
        chosen.setdefault(entry.module, []).append(text)
    blocks = [f"### `{module}`\n" + "\n".join(lines) for module, lines in chosen.items()]
    return "\n\n".join(blocks)


def _described(entry: _Entry, query: str) -> str:
    node = entry.definition.node
    if isinstance(node, griffe.Function):
        return f"- `{_signature(node, entry.name)}`{_told(node)}"
    init = node.members.get("__init__")
    bases = ", ".join(str(base) for base in node.bases)
    shown = _signature(init, entry.name) if isinstance(init, griffe.Function) else _fields(node, entry.name)
    lines = [f"- `class {shown}`{f' (a {bases})' if bases else ''}{_told(node)}"]
    wanted = words(query)
    methods = [
        member
        for name, member in node.members.items()
        if isinstance(member, griffe.Function) and (not name.startswith("_") or name in _SPECIAL)
    ]
    methods.sort(key=lambda method: -len((_name_words(method.name) | words(_first_line(method))) & wanted))
    lines += [f"  - `.{_signature(method, method.name)}`{_told(method)}" for method in methods[:_MAX_METHODS]]
    return "\n".join(lines)


def _fields(node: griffe.Class, name: str) -> str:
    """A class without `__init__`, with its annotated fields."""
    fields = [
        f"{member.name}: {member.annotation}"
        for member in node.members.values()
        if isinstance(member, griffe.Attribute) and member.annotation is not None and not member.name.startswith("_")
    ]
    return _cut(f"{name}({', '.join(fields)})" if fields else name, _MAX_SIGNATURE)


def _signature(function: griffe.Function, name: str) -> str:
    prefix = "async " if "async" in function.labels else ""
    shown = function.signature(name=name, return_type=name == function.name)
    return _cut(prefix + " ".join(shown.split()).replace("`", "'"), _MAX_SIGNATURE)


def _told(node: griffe.Object) -> str:
    line = _first_line(node)
    return f": {line}" if line else ""


def _first_line(node: griffe.Object) -> str:
    text = node.docstring.value if node.docstring else ""
    return _cut(" ".join(text.partition("\n\n")[0].split()), _MAX_LINE)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def _readme(distribution: Distribution) -> str:
    """The long description up to its changelog, where it has one; badges are left out."""
    text = _CHANGELOG.split((distribution.read_text("METADATA") or "").partition("\n\n")[2], maxsplit=1)[0]
    lines = [line for line in text.splitlines() if not re.match(r"\s*(\[?!\[|<|\.\. (image|\|)|\|)", line)]
    return "\n".join(lines).strip()
