"""Where the user's installed packages are: site-packages and node_modules, found by looking, not by running anything.

The rule: path files, links and finders of editable installs are read as data; what they would execute is not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from groundwork.python_parser import parse_python
from groundwork.reading.json_text import parse_json_table
from groundwork.reading.plain_text import read_text

_PROJECT_ENVIRONMENTS = (".venv", "venv", "env")
_MAX_DATA_BYTES = 200_000
"""Of a path file or a finder; the largest ones seen have a few thousand."""
_LIBRARY_FOLDERS = ("lib", "Lib")
_PYTHON_FOLDER = re.compile(r"python(\d+)\.(\d+)t?$")


class PlaceSettings(Protocol):
    """The settings that say where to look."""

    @property
    def python(self) -> str | None:
        """An interpreter or the folder of an environment."""

    @property
    def project_dir(self) -> str | None:
        """The user's project."""


@dataclass(frozen=True)
class Environment:
    """The folders of one user's installed packages; equal ones may share what was read of them."""

    site_packages: tuple[Path, ...] = ()
    """In the order in which Python searches them."""
    project_dir: Path | None = None
    is_complete: bool = True
    """False when packages may also come from somewhere we cannot see, such as an import hook."""
    packages_stamp: int = 0
    """Changes when a package is installed or removed."""

    @property
    def has_python(self) -> bool:
        """True when Python packages can be looked at."""
        return bool(self.site_packages)

    @property
    def prefix(self) -> Path | None:
        """The folder of the environment: the one above `lib/python3.12/site-packages` or `Lib/site-packages`."""
        for place in self.site_packages:
            for folder in place.parents[:3]:
                if folder.name in _LIBRARY_FOLDERS:
                    return folder.parent
        return None

    @property
    def python_version(self) -> str:
        """Such as `3.12`, from the name of a folder; empty where none tells."""
        found = (_PYTHON_FOLDER.search(part) for place in self.site_packages[:1] for part in place.parts)
        return next((f"{match[1]}.{match[2]}" for match in found if match), "")

    @property
    def node_modules(self) -> Path | None:
        """The project's `node_modules`, if there is one."""
        folder = self.project_dir / "node_modules" if self.project_dir else None
        return folder if folder and folder.is_dir() else None


def find_environment(settings: PlaceSettings) -> Environment:
    """Find the user's environment: `CODE_ASSISTANT_PYTHON`, else the project's `.venv`, else none. Takes a few ms."""
    project = Path(settings.project_dir) if settings.project_dir else None
    if settings.python:
        return read_environment(Path(settings.python), project)
    for name in _PROJECT_ENVIRONMENTS:
        if project and (project / name / "pyvenv.cfg").is_file():
            return read_environment(project / name, project)
    return Environment(project_dir=project)


def read_environment(python: Path, project_dir: Path | None = None) -> Environment:
    """Look at an environment, given as its folder or its interpreter."""
    roots: list[Path] = []
    for prefix in _prefixes(python):
        roots = list(_site_packages(prefix))
        if roots:
            break
    folders = list(dict.fromkeys(roots))
    is_complete = True
    for root in roots:
        further, is_readable = _path_files(root)
        folders += [folder for folder in [*further, *_direct_urls(root)] if folder not in folders]
        is_complete = is_complete and is_readable
    stamp = hash(tuple(folder.stat().st_mtime_ns for folder in folders if folder.is_dir()))
    return Environment(tuple(folders), project_dir, is_complete, stamp)


def _prefixes(python: Path) -> Iterator[Path]:
    """The folder itself; for an interpreter the folder above `bin` or `Scripts`, of the link before its target."""
    if python.is_dir():
        yield python
        return
    yield python.parent.parent
    yield python.parent  # Windows outside a venv
    if python.is_symlink():
        target = python.resolve()
        yield target.parent.parent
        yield target.parent


def _site_packages(prefix: Path) -> Iterator[Path]:
    config = _venv_config(prefix)
    version = re.match(r"(\d+)\.(\d+)", config.get("version", config.get("version_info", "")))
    yield from _under_lib(prefix, (int(version[1]), int(version[2])) if version else None)
    if config.get("include-system-site-packages", "").lower() == "true" and config.get("home"):
        home = Path(config["home"])
        yield from _under_lib(home.parent if home.name == "bin" else home, None)


def _under_lib(prefix: Path, version: tuple[int, int] | None) -> Iterator[Path]:
    """`lib/python3.12/site-packages` and its relatives; without a version the newest Python's."""
    numbered: list[tuple[tuple[int, int], Path]] = []
    for lib in _LIBRARY_FOLDERS:
        if (prefix / lib / "site-packages").is_dir():  # Windows
            yield prefix / lib / "site-packages"
        for folder in (prefix / lib).glob("python*.*") if (prefix / lib).is_dir() else ():
            found = _PYTHON_FOLDER.match(folder.name)
            if found:
                numbered.append(((int(found[1]), int(found[2])), folder))
    wanted = version or max((number for number, _ in numbered), default=None)
    for number, folder in numbered:
        if number == wanted:
            yield from (folder / name for name in ("site-packages", "dist-packages") if (folder / name).is_dir())
    debian = prefix / "lib" / "python3" / "dist-packages"
    if debian.is_dir():
        yield debian


def _venv_config(prefix: Path) -> dict[str, str]:
    lines = _text(prefix / "pyvenv.cfg").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _path_files(root: Path) -> tuple[list[Path], bool]:
    """Folders named by path files, egg links and the finders of editable installs; false when one is not readable."""
    folders: list[Path] = []
    is_readable = True
    for file in sorted(root.glob("*.pth")):
        for line in _text(file).splitlines():
            line = line.strip()
            if line.startswith(("import ", "import\t")):
                is_readable = is_readable and not _is_finder(line)
            elif line and not line.startswith("#"):
                folders.append(root / line)
    folders += [Path(_text(link).partition("\n")[0].strip() or root) for link in root.glob("*.egg-link")]
    mapped = [folder for finder in root.glob("__editable__*_finder.py") for folder in _map(finder)]
    found = [folder for folder in [*folders, *mapped] if folder.is_dir()]
    return found, is_readable or bool(mapped)


def _is_finder(line: str) -> bool:
    """True for an import hook; coverage's and virtualenv's lines bring in no packages."""
    return "__editable__" in line or "_editable" in line or "finder" in line.lower()


def _map(finder: Path) -> list[Path]:
    """The folders above the packages in setuptools' `MAPPING = {"package": "/path/to/package"}`."""
    try:
        tree = parse_python(_text(finder))
    except (SyntaxError, ValueError):
        return []
    found: list[Path] = []
    for statement in tree.body:
        target = statement.target if isinstance(statement, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == "MAPPING" and isinstance(statement, ast.AnnAssign):
            constants = ast.walk(statement.value) if isinstance(statement.value, ast.Dict) else ()
            paths = [node.value for node in constants if isinstance(node, ast.Constant) and isinstance(node.value, str)]
            found += [Path(path).parent for path in paths if Path(path).is_absolute()]
    return found


def _direct_urls(root: Path) -> Iterator[Path]:
    """The project folders of editable installs, as `direct_url.json` records them."""
    for file in root.glob("*.dist-info/direct_url.json"):
        record = parse_json_table(_text(file))
        is_editable = record.get("dir_info") == {"editable": True}
        url = urlsplit(str(record.get("url", ""))) if is_editable else None
        if url is not None and url.scheme == "file":
            folder = Path(url2pathname(unquote(url.path)))
            yield from (place for place in (folder, folder / "src") if place.is_dir())


def _text(path: Path) -> str:
    return read_text(path, _MAX_DATA_BYTES)
