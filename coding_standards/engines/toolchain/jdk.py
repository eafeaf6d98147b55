"""The Java Development Kits of a machine, of which the newest knows most of the language.

Its one rule: a kit tells its version in its own file `release`, so that none is started to find out.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FOLDERS = ("/usr/lib/jvm", "/usr/java", "/Library/Java/JavaVirtualMachines")
_VERSION = re.compile(r'^JAVA_VERSION="(?:1\.)?(\d+)', re.MULTILINE)
OLDEST = 17
"""The oldest whose launcher and compiler do what we ask of them."""


@dataclass(frozen=True)
class Kit:
    """One kit with a compiler."""

    home: Path
    version: int

    @property
    def java(self) -> Path:
        """The program that starts a virtual machine."""
        return self.home / "bin" / ("java.exe" if os.name == "nt" else "java")


@functools.cache
def find_newest() -> Kit | None:
    """The newest kit that JAVA_HOME, the path or the usual folders have; None where none is new enough."""
    kits = {home: version for home in _find_homes() if (version := _read_version(home)) >= OLDEST}
    newest = max(kits, key=lambda home: kits[home], default=None)
    return Kit(newest, kits[newest]) if newest is not None else None


def _find_homes() -> Iterator[Path]:
    named, program = os.environ.get("JAVA_HOME"), shutil.which("javac")
    if named:
        yield Path(named)
    if program:
        yield Path(program).resolve().parent.parent
    for folder in map(Path, _FOLDERS):
        for home in sorted(folder.iterdir()) if folder.is_dir() else ():
            yield home / "Contents" / "Home" if (home / "Contents" / "Home").is_dir() else home


def _read_version(home: Path) -> int:
    """The version of a kit; 0 for what is none, or has no compiler."""
    has_compiler = any((home / "bin" / name).is_file() for name in ("javac", "javac.exe"))
    try:
        text = (home / "release").read_text("utf-8", "replace")[:10_000] if has_compiler else ""
    except OSError:
        return 0
    found = _VERSION.search(text)
    return int(found[1]) if found else 0
