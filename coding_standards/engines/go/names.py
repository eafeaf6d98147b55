"""Names of Go that the compiler refuses: imports and variables that nothing uses, packages that nothing imports.

Its one rule: other files of the package may declare what this one uses, so that only the standard library's packages
are missed, by names that stand for nothing else in the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import cast

from ast_grep_py import Config, SgNode

from coding_standards.engines.astgrep.structure import Flaw, find_repeated, flaw, parts

_PATHS = (
    "archive/tar archive/zip bufio bytes cmp compress/gzip context crypto/aes crypto/cipher crypto/ecdsa "
    "crypto/ed25519 crypto/hmac crypto/md5 crypto/rsa crypto/sha1 crypto/sha256 crypto/sha512 crypto/subtle "
    "crypto/tls crypto/x509 database/sql embed encoding/base64 encoding/binary encoding/csv encoding/gob "
    "encoding/hex encoding/json encoding/pem encoding/xml errors expvar flag fmt hash/crc32 hash/fnv html io "
    "io/fs io/ioutil iter log/slog maps math math/big math/bits mime/multipart net net/http net/http/httptest "
    "net/mail net/netip net/smtp net/url os os/exec os/signal path/filepath reflect regexp runtime runtime/debug "
    "slices sort strconv strings sync sync/atomic syscall testing text/tabwriter time unicode unicode/utf8 unsafe"
)
"""Packages whose names mean nothing else; `log` is often a variable of another file."""
_PATH_OF = {path.rpartition("/")[2]: path for path in _PATHS.split()}
STANDARD = frozenset(_PATH_OF.values()) | {"log", "path", "math/rand", "crypto/rand", "text/template", "html/template"}
_QUALIFIER = re.compile(r"(?<![\w.])(\w+)(?=\.[A-Z])")
_USED = re.compile(r"(?<![\w.])(\w+)\s*\.")
_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")
_SPECS = frozenset({"type_spec", "type_alias", "const_spec", "var_spec"})
_TYPE_NAME = re.compile(r"(\w+)\s*(?:\[[^()]*\])?\s*\)$")
_PARTS = re.compile(r"\w+")


def find_name_flaws(tree: SgNode, blank: str) -> Iterator[Flaw]:
    """What is wrong with the names of a file that parses; `blank` is its text without comments and literals."""
    yield from _find_import_flaws(find_imports(tree), blank)
    yield from _find_repeated_declarations(tree)
    for function in parts(tree):
        if function.kind() in {"function_declaration", "method_declaration"}:
            yield from _find_unused_variables(function, blank)


def find_imports(tree: SgNode) -> list[SgNode]:
    """Each package that the file imports."""
    return tree.find_all({"rule": {"kind": "import_spec"}})


def import_path(spec: SgNode) -> str:
    """The path without its quotes."""
    path = spec.field("path")
    return path.text()[1:-1] if path is not None else ""


def find_unused_imports(imports: list[SgNode], blank: str) -> Iterator[SgNode]:
    """Imports whose name the text does not use; of packages of other people only the given name is known."""
    used = frozenset(_USED.findall(blank))
    for spec in imports:
        called = _find_name(spec)
        if called and called not in used:
            yield spec


def _find_name(spec: SgNode) -> str:
    """What the file calls the package; empty where it has no name here, or nobody knows it."""
    name, path = spec.field("name"), import_path(spec)
    if path == "C" or (name is not None and name.kind() != "package_identifier"):
        return ""
    return name.text() if name is not None else path.rpartition("/")[2] if path in STANDARD else ""


def find_missing_imports(imports: list[SgNode], blank: str) -> Iterator[tuple[int, str]]:
    """Where the text first uses a package of the standard library that it does not import, and the package's path."""
    known = {word for spec in imports for word in _PARTS.findall(spec.text())}
    for name in dict.fromkeys(_QUALIFIER.findall(blank)):
        # Any place where it stands without its dot may declare it.
        if name in _PATH_OF and name not in known and not re.search(rf"(?<![\w.]){name}\b(?!\.[A-Z])", blank):
            found = re.search(rf"(?<![\w.]){name}\.", blank)
            if found is not None:
                yield found.start(), _PATH_OF[name]


def _find_import_flaws(imports: list[SgNode], blank: str) -> Iterator[Flaw]:
    for spec in find_unused_imports(imports, blank):
        yield flaw(spec, f'"{import_path(spec)}" is imported and not used')
    for spec in find_repeated(spec for spec in imports if spec.field("name") is None and _find_name(spec)):
        yield flaw(spec, f'"{import_path(spec)}" is imported twice')
    for offset, path in find_missing_imports(imports, blank):
        yield Flaw(offset, f'`{path.rpartition("/")[2]}` is not imported; import "{path}"')


def _find_repeated_declarations(tree: SgNode) -> Iterator[Flaw]:
    seen: set[tuple[str, str]] = set()
    for owner, name in _declarations(tree):
        if (owner, name.text()) in seen and name.text() not in {"init", "_"}:
            yield flaw(name, f"`{name.text()}` is declared twice")
        seen.add((owner, name.text()))


def _declarations(tree: SgNode) -> Iterator[tuple[str, SgNode]]:
    """Each name that the file declares for its package, with the type whose method it is."""
    for node in parts(tree):
        name, receiver = node.field("name"), node.field("receiver")
        if name is not None:
            of_type = _TYPE_NAME.search(receiver.text()) if receiver is not None else None
            yield of_type[1] if of_type is not None else "", name
        elif node.kind() in {"type_declaration", "const_declaration", "var_declaration"}:
            specs = [inner for part in parts(node) for inner in (part, *parts(part)) if inner.kind() in _SPECS]
            yield from (("", name) for spec in specs for name in spec.field_children("name") if name.is_named())


_KINDS = ("short_var_declaration", "var_spec", "range_clause", "type_switch_statement")
_DECLARING = cast(Config, {"rule": {"any": [{"kind": kind} for kind in _KINDS]}})


def _find_unused_variables(function: SgNode, blank: str) -> Iterator[Flaw]:
    """Variables whose name stands once in the function, where it is declared."""
    body = function.field("body")
    if body is None:
        return
    place = function.range()  # a result's name may be declared anew
    times = Counter(_WORD.findall(blank, place.start.index, place.end.index))
    for node in body.find_all(_DECLARING):
        for name in _declared(node):
            if times[name.text()] == 1 and name.text() != "_":
                yield flaw(name, f"`{name.text()}` is declared and not used")


def _declared(node: SgNode) -> list[SgNode]:
    if node.kind() == "var_spec":
        return [name for name in node.field_children("name") if name.is_named()]
    left = node.field("left") or node.field("alias")
    if left is None or ":=" not in {child.text() for child in node.children()}:
        return []
    return [name for name in parts(left) if name.kind() == "identifier"]
