"""Generated JavaScript and TypeScript held against what is known: imports of packages that nobody asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from ast_grep_py import SgNode, SgRoot

from code_assistant.installed_environment import Environment
from code_assistant.libraries import Library
from code_assistant.reality_known import NODE_WELL_KNOWN, word_set
from code_assistant.result import Finding, GeneratedFile
from code_assistant.versions import project_versions

BUILTIN = word_set("""
    assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain
    events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl
    sqlite stream string_decoder sys test timers tls trace_events tty url util v8 vm wasi worker_threads
    zlib
""")
"""Node's own modules (https://nodejs.org/api/)."""

MAX_CODE_CHARS = 200_000
_PACKAGE = re.compile(r"^(@[a-z0-9~_-][\w.~-]*/[\w.~-]+|[A-Za-z0-9][\w.-]*)(/.*)?$")
_PATH_ALIAS = re.compile(r'"([^"*]+)\*?"\s*:\s*\[')
_CALLS = ("require", "import", "require.resolve", "jest.mock", "vi.mock")
_TYPESCRIPT = {".tsx": "Tsx", ".ts": "TypeScript", ".mts": "TypeScript", ".cts": "TypeScript"}


class NodeReality:
    """Judges JavaScript and TypeScript files: packages that are not asked for, not installed and not known."""

    def __init__(self, libraries: tuple[Library, ...], about: frozenset[str], environment: Environment) -> None:
        self._asked = frozenset(_plain(name) for name in (*(library.name for library in libraries), *about))
        self._environment = environment

    @cached_property
    def _present(self) -> frozenset[str]:
        return _in_project(self._environment)

    def judge(self, file: GeneratedFile) -> Iterator[Finding]:
        """Findings of one file."""
        told: set[str] = set()
        has_project = bool(self._present)
        for name, line in imported_packages(file):
            if name in told or name in self._present or _is_known(name, self._asked, has_project=has_project):
                continue
            told.add(name)
            yield Finding(
                rule="reality-unknown-module",
                severity="warning",
                file=file.path,
                line=line,
                message=_message(name, has_project=has_project),
            )


def imported_packages(file: GeneratedFile) -> Iterator[tuple[str, int]]:
    """The packages that a file imports, with the line; what is inside `try` may be missing and is left out."""
    language = _TYPESCRIPT.get(Path(file.path).suffix, "TypeScript" if file.language == "typescript" else "JavaScript")
    code = file.content[:MAX_CODE_CHARS].encode(errors="replace").decode()  # lone surrogates break the parser
    root = SgRoot(code, language).root()
    for node in [*_sources(root), *_arguments(root)]:
        found = _PACKAGE.match(node.text().strip("'\"`"))
        is_optional = any(parent.kind() == "try_statement" for parent in node.ancestors())
        if found is not None and not is_optional:
            yield found[1], node.range().start.line + 1


def _sources(root: SgNode) -> Iterator[SgNode]:
    for kind in ("import_statement", "export_statement"):
        for statement in root.find_all(kind=kind):
            source = statement.field("source")
            if source is not None:
                yield source


def _arguments(root: SgNode) -> Iterator[SgNode]:
    for call in root.find_all(kind="call_expression"):
        function, arguments = call.field("function"), call.field("arguments")
        if function is None or arguments is None or function.text() not in _CALLS:
            continue
        strings = [child for child in arguments.children() if child.kind() == "string"]
        yield from strings[:1]


def _is_known(name: str, asked: frozenset[str], has_project: bool) -> bool:
    scope = name.partition("/")[0]
    base = name.removeprefix("@types/")
    if base in BUILTIN or _plain(base) in asked or _plain(scope.lstrip("@")) in asked:
        return True
    if any(_plain(scope) == known.partition("/")[0] for known in asked if known.startswith("@")):
        return True
    # `react-dom` comes with `react`: companions are named after what they belong to, and so are made-up packages,
    # so this counts only for those that are known to exist.
    return not has_project and (name in NODE_WELL_KNOWN or scope in NODE_WELL_KNOWN)


def _in_project(environment: Environment) -> frozenset[str]:
    """Everything that the project has: installed, named in a manifest, or mapped to a folder of its own."""
    root = environment.project_dir
    if root is None:
        return frozenset()
    names = {name for name, _ in _installed(environment.node_modules)} | set(project_versions(root, "typescript"))
    if not names:
        return frozenset()  # not a JavaScript project: its emptiness proves nothing
    for config in ("tsconfig.json", "jsconfig.json"):
        text = _read(root / config)
        names |= {alias.rstrip("/").partition("/")[0] for alias in _PATH_ALIAS.findall(text)}
        names |= {entry.stem for entry in _entries(root / "src")} if '"baseUrl"' in text else set()
    own = _read(root / "package.json")
    try:
        document = json.loads(own or "{}")
    except (json.JSONDecodeError, RecursionError):
        document = {}
    names.add(str(document.get("name", "")) if isinstance(document, dict) else "")
    return frozenset(names | {entry.stem for entry in _entries(root)})


def _installed(node_modules: Path | None) -> Iterator[tuple[str, Path]]:
    for entry in _entries(node_modules) if node_modules else ():
        if entry.name.startswith("@"):
            for scoped in _entries(entry):
                name = f"{entry.name}/{scoped.name}"
                yield name.removeprefix("@types/"), scoped
        yield entry.name, entry


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return file.read(MAX_CODE_CHARS)
    except OSError:
        return ""


def _plain(name: str) -> str:
    return re.sub(r"(?<=\w)\.js$", "", name.strip(".,;:!?()`'\"").lower())


def _message(name: str, has_project: bool) -> str:
    if has_project:
        return (
            f"`{name}` was not asked for and is not in the project's package.json or node_modules; "
            "use what is there, or make sure that the package exists and is the right one"
        )
    return (
        f"`{name}` was not asked for and is no well-known package; "
        "make sure that it exists and is the right one before it is installed"
    )
