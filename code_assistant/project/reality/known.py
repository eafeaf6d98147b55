"""Module names that stand for packages of another name, and packages that so many programs use: `known.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from packaging.utils import canonicalize_name

from groundwork.reading.toml_text import read_our_toml

_DATA = read_our_toml(__package__, "known.toml")
_PYTHON, _NODE = _DATA["python"], _DATA["node"]

PYTHON_ALIASES = {module: tuple(packages.split()) for module, packages in _PYTHON["packages"].items()}
PYTHON_WELL_KNOWN, NODE_WELL_KNOWN = frozenset(_PYTHON["well_known"].split()), frozenset(_NODE["well_known"].split())
SHARED_NAMESPACES = frozenset(_PYTHON["shared_namespaces"].split())
OF_OTHER_PYTHONS = frozenset(_PYTHON["of_other_pythons"].split())
NODE_OWN = frozenset(_NODE["own"].split())

_PYTHON_AFFIX = re.compile(r"^(python|py)-|-(python|py)$")
_WORD = re.compile(r"[@\w./-]+")


def is_asked_for(module: str, libraries: Iterable[str]) -> bool:
    """True when a top-level Python module belongs to one of the libraries, by name or alias."""
    own = canonicalize_name(module)
    aliases = PYTHON_ALIASES.get(module, ())
    for library in libraries:
        name = canonicalize_name(library.partition("[")[0])
        stripped = _PYTHON_AFFIX.sub("", name)
        if own in (name, stripped) or name in aliases or stripped in aliases or f"-{own}-" in f"-{name}-":
            return True
        if name.replace("-", "") == own.replace("-", "") or name in (f"py{own}", f"{own}py"):
            return True
    return False


def request_words(text: str) -> frozenset[str]:
    """The words of a request that may be names of packages."""
    return frozenset(_WORD.findall(text))
