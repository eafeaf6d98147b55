"""Real code that nobody here wrote, one corpus per language, fetched by package name into a cache folder.

Sources: the Python standard library and the installed packages; npm packages (never run: `--ignore-scripts`);
Debian packages (`apt-get download`, then `dpkg -x`). Its one rule: what cannot be had is said, not replaced.

    python bench/checker/corpora.py [--cache FOLDER]
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sysconfig
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from platformdirs import user_cache_path

FILES = 250
"""Files per language, chosen by a digest of their path: the same on every run."""
MIN_BYTES, MAX_BYTES = 200, 60_000
ODD = re.compile(
    r"/(?:\w*fixtures?|testdata|test-?cases?|configCases|statsCases|debugging-\w+|syntax-tests|vendor|third_party)/"
)
"""What tests of other programs read and exercises, often broken on purpose, and copies of what others wrote."""
FETCH_TIMEOUT_S = 600.0


@dataclass(frozen=True)
class Corpus:
    """Where the files of one language come from, and which of them are not code in it."""

    suffixes: tuple[str, ...]
    npm: tuple[str, ...] = ()
    debian: tuple[str, ...] = ()
    installed: bool = False
    skip: str = r"(?!)"
    """Paths that are left out beside those of `ODD`: minified or generated bundles."""
    not_code: str = r"(?!)"
    """Files that hold this are written in something else: psql's commands, XHTML, Rust of 2015 (`try!`)."""


CORPORA: dict[str, Corpus] = {
    "python": Corpus((".py",), installed=True, skip=r"/(lib2to3|idle_test|pip/_vendor|bad_?\w*)/|/bad[^/]*$"),
    "javascript": Corpus(
        (".js", ".mjs", ".cjs"),
        npm=("express", "eslint", "webpack", "axios", "lodash", "d3", "mocha", "commander"),
        skip=r"\.min\.|/dist/|/umd/|/bundles?/",
    ),
    "typescript": Corpus(
        (".ts", ".tsx"),
        npm=(
            "rxjs",
            "ajv",
            "effect",
            "zod",
            "@reduxjs/toolkit",
            "@tanstack/react-query",
            "openai",
            "@trpc/server",
            "@react-aria/interactions",
        ),
        skip=r"\.d\.[cm]?ts$",
    ),
    "java": Corpus((".java",), debian=("openjdk-17-source",), skip=r"/(jdk\.internal|sun)\W"),
    "go": Corpus(
        (".go",),
        debian=(
            "golang-1.19-src",
            "golang-google-grpc-dev",
            "golang-github-spf13-cobra-dev",
            "golang-github-gin-gonic-gin-dev",
            "golang-github-stretchr-testify-dev",
        ),
        skip=r"/testdata/|/src/cmd/.*/test/|/go-1\.19/test/",
    ),
    "rust": Corpus(
        (".rs",),
        debian=(
            "librust-tokio-dev",
            "librust-clap-dev",
            "librust-serde-dev",
            "librust-regex-dev",
            "librust-hyper-dev",
            "librust-rayon-dev",
        ),
        not_code=r"\btry!\(",
    ),
    "sql": Corpus(
        (".sql",),
        debian=("mediawiki", "roundcube-core", "tt-rss", "icingadb", "icingaweb2", "phpmyadmin", "postgresql-15-pgtap"),
        not_code=r"(?m)^\\|@extschema@|MODULE_PATHNAME|^DELIMITER ",
    ),
    "html": Corpus(
        (".html", ".htm"),
        npm=("npm", "html5-boilerplate", "reveal.js"),
        # Without sqlite3-doc, many of whose pages html5lib finds broken as well.
        debian=("python3.11-doc", "nodejs-doc", "python-django-doc", "fish-common", "git-doc", "apache2-doc"),
        not_code=r"(?i)<!DOCTYPE html PUBLIC|<\?xml",
    ),
    "css": Corpus(
        (".css",),
        npm=("tachyons", "codemirror@5", "highlight.js", "animate.css", "bootstrap", "@ionic/core", "prismjs", "bulma"),
        skip=r"\.min\.|\.bundle\.",
    ),
}


def default_cache() -> Path:
    """Return the folder where the packages are kept between runs."""
    return user_cache_path("coding-standards-bench")


def files_of(
    language: str, folder: Path, count: int = FILES, has_checkouts: bool = False
) -> tuple[list[Path], list[str]]:
    """Return up to `count` files of one language, and what could not be had.

    `folder` is where the packages are kept, which are fetched where they are missing, or has a checkout in each folder.
    """
    corpus = CORPORA[language]
    folders, missing = (sorted(folder.iterdir()), []) if has_checkouts else _folders(corpus, folder)
    chosen: list[Path] = []
    contents: set[bytes] = set()
    # Each package in turn, so that a large one does not make up the whole corpus.
    for path in _in_turn([_by_digest(folder, corpus) for folder in folders]):
        if len(chosen) == count:
            break
        data = path.read_bytes()
        if data not in contents and _is_code(data, corpus):
            contents.add(data)
            chosen.append(path)
    return chosen, missing


def _by_digest(folder: Path, corpus: Corpus) -> list[Path]:
    skip = re.compile(corpus.skip)
    names = {path: f"/{path.relative_to(folder.parent).as_posix()}" for path in _walk(folder, corpus.suffixes)}
    kept = [path for path, name in names.items() if not (skip.search(name) or ODD.search(name))]
    return sorted(kept, key=lambda path: hashlib.sha256(names[path].encode()).hexdigest())


def _in_turn(lists: list[list[Path]]) -> Iterator[Path]:
    for paths in zip_longest(*lists):
        yield from (path for path in paths if path is not None)


def _is_code(data: bytes, corpus: Corpus) -> bool:
    if not MIN_BYTES <= len(data) <= MAX_BYTES:
        return False
    try:
        return re.search(corpus.not_code, data.decode("utf-8")) is None
    except UnicodeDecodeError:
        return False


def _folders(corpus: Corpus, cache: Path) -> tuple[list[Path], list[str]]:
    folders: list[Path] = []
    missing: list[str] = []
    if corpus.installed:
        # site-packages lies in the standard library's folder, or beside it in a virtual environment.
        paths = {Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")}
        folders.extend(sorted(paths))
    for package in corpus.npm:
        _add(folders, missing, package, _fetch_npm(package, cache / "npm" / re.sub(r"\W+", "-", package)))
    for package in corpus.debian:
        _add(folders, missing, package, _fetch_debian(package, cache / "debian" / package))
    return folders, missing


def _add(folders: list[Path], missing: list[str], package: str, found: Path | str) -> None:
    if isinstance(found, Path):
        folders.append(found)
    else:
        missing.append(f"{package}: {found}")


def _walk(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix in suffixes and path.is_file() and not path.is_symlink():
            yield path


def _fetch_npm(package: str, folder: Path) -> Path | str:
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", ".", "--", package]
    return _fetch(folder, [command])


def _fetch_debian(package: str, folder: Path) -> Path | str:
    found = _fetch(folder, [["apt-get", "download", "-q", package]])
    if isinstance(found, str):
        return found
    for archive in folder.glob("*.deb"):
        unpacked = _run(["dpkg", "-x", archive.name, "."], folder)
        archive.unlink()
        if unpacked is not None:
            return unpacked
    for archive in folder.rglob("src.zip"):
        # The sources of a whole JDK are 700 MB; its base module is enough.
        with zipfile.ZipFile(archive) as sources:
            names = [name for name in sources.namelist() if name.startswith("java.base/java/")]
            sources.extractall(folder, names)
        archive.unlink()
    return folder


def _fetch(folder: Path, commands: list[list[str]]) -> Path | str:
    """Run the commands in a new folder; a folder that exists was filled by an earlier run."""
    if folder.is_dir():
        return folder
    folder.mkdir(parents=True)
    for command in commands:
        problem = _run(command, folder)
        if problem is not None:
            shutil.rmtree(folder)
            return problem
    return folder


def _run(command: list[str], folder: Path) -> str | None:
    """Run a command; return why it failed, or None."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=FETCH_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{command[0]} cannot be run: {error}"
    lines = (done.stderr or done.stdout).strip().splitlines()
    return (
        None if done.returncode == 0 else f"{' '.join(command[:2])} failed: {lines[-1] if lines else done.returncode}"
    )


def main() -> int:
    """Fetch every corpus and say what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cache", type=Path, default=default_cache())
    cache: Path = parser.parse_args().cache
    for language in CORPORA:
        files, missing = files_of(language, cache)
        print(f"{language}: {len(files)} files, {sum(path.stat().st_size for path in files) // 1000} KB")
        for line in missing:
            print(f"  not to be had: {line}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
