"""Java imports held against the JDK and the jars of the local repositories, by the names of the classes in them.

The rule: a class is missing when its package is there and no jar on this machine that the project may use has it.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import zipfile
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from code_assistant.project.packages.modules import Deadline
from code_assistant.project.reality.report import absent
from code_assistant.project.reality.sources.surroundings import ImportReality, home_folder, parse
from code_assistant.result import AnswerFinding, GeneratedFile

_MAX_JARS = 1_500
_MAX_JAR_BYTES = 100_000_000
_NAME = re.compile(r"import\s+(static\s+)?([\w.]+?)(\.\*)?\s*;")
_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
_IMAGE = struct.Struct("<7I")
_IMAGE_MAGIC = 0xCAFEDADA
_MODULE, _PARENT, _BASE, _EXTENSION = 1, 2, 3, 4
_THEIRS = ("java", "jdk")
"""Packages that nobody but the JDK may have."""

Classes = dict[str, frozenset[str]]
"""Class names, `Map$Entry` among them, by package."""


class JavaReality(ImportReality):
    """Judges the imports of Java files."""

    def judge(self, file: GeneratedFile) -> Iterator[AnswerFinding]:
        """What is wrong with the imports of one file.

        Raises:
            DeadlineError: there is no time left.
        """
        for node in parse(file).find_all(kind="import_declaration"):
            found = _NAME.match(" ".join(node.text().split()))
            if found:
                is_static, name, star = bool(found[1]), found[2], bool(found[3])
                yield from self._judge(file, node.range().start.line + 1, name, is_static=is_static, is_all=star)

    def _judge(
        self, file: GeneratedFile, line: int, name: str, *, is_static: bool, is_all: bool
    ) -> Iterator[AnswerFinding]:
        parts = name.split(".")
        if is_static and not is_all:
            parts = parts[:-1]
        first = next((at for at, part in enumerate(parts) if part[:1].isupper()), len(parts))
        package, nested = ".".join(parts[:first]), parts[first:]
        if not package or self._is_own(package):
            return
        known = platform_classes()
        if package in known or (known and parts[0] in _THEIRS):
            places = [known, *(self._jars if package not in known or not _has(known[package], nested) else ())]
        elif not known and parts[0] in _THEIRS:
            self.unread["the JDK"] = None
            return
        else:
            places = list(self._jars)
        there = [classes[package] for classes in places if package in classes]
        if any(_has(names, nested) for names in there):
            return
        if there:
            yield absent(file.path, line, package, ".".join(nested), {word for names in there for word in names})
        elif parts[0] in _THEIRS or self._has_parent(places, package):
            above, _, last = package.rpartition(".")
            yield absent(file.path, line, above, last, _below(places, above))
        else:
            self.unread[package] = None

    @cached_property
    def _own(self) -> frozenset[str]:
        """The packages of the answer and of the project."""
        return frozenset(found[1] for file in self._around.files if (found := _PACKAGE.search(file.content)))

    def _is_own(self, package: str) -> bool:
        if any(package == own or package.startswith(f"{_organisation(own)}.") for own in self._own):
            return True
        root, path = self._around.project_dir, package.replace(".", "/")
        return root is not None and any((root / place / path).is_dir() for place in _source_folders(root))

    @staticmethod
    def _has_parent(places: list[Classes], package: str) -> bool:
        """True when jars have the package above, which is more than an organisation's name."""
        above = package.rpartition(".")[0]
        return above.count(".") >= 2 and any(above in classes for classes in places)

    @cached_property
    def _jars(self) -> tuple[Classes, ...]:
        """The classes of every jar that the project may use: of what it names, the version that it names."""
        named = {name: found.version for name, found in self._around.versions.items()}
        found: list[Classes] = []
        for place, artifact, version in list(_repository_jars(self._around.deadline))[:_MAX_JARS]:
            self._around.deadline.check()
            if named.get(artifact, version) == version:
                found.append(_jar_classes(place, place.stat().st_mtime_ns))
        return tuple(found)


def _below(places: list[Classes], package: str) -> Iterator[str]:
    """The packages in a package."""
    for classes in places:
        yield from (name[len(package) + 1 :].partition(".")[0] for name in classes if name.startswith(f"{package}."))


def _has(names: frozenset[str], nested: list[str]) -> bool:
    return not nested or "$".join(nested) in names


def _organisation(package: str) -> str:
    """`com.example` of `com.example.shop.orders`."""
    return ".".join(package.split(".")[:2])


@lru_cache(maxsize=8)
def _source_folders(root: Path) -> tuple[str, ...]:
    """Where sources lie, in the root and in its modules."""
    usual = ("src/main/java", "src/test/java", "src/main/kotlin", "src", "target/generated-sources", "build/generated")
    modules = [folder.name for folder in root.iterdir() if (folder / "src").is_dir()] if root.is_dir() else []
    return (*usual, *(f"{module}/{place}" for module in modules for place in usual[:3]))


def _repository_jars(deadline: Deadline) -> Iterator[tuple[Path, str, str]]:
    """The jars of Maven's and Gradle's caches with `group:artifact`, in small letters, and version."""
    maven = Path.home() / ".m2" / "repository"
    for folder, _, files in os.walk(maven):
        deadline.check()
        version, place = Path(folder), Path(folder).parent
        jar = f"{place.name}-{version.name}.jar"
        if jar in files:
            group = ".".join(place.parent.relative_to(maven).parts)
            yield version / jar, f"{group}:{place.name}".lower(), version.name
    gradle = home_folder("GRADLE_USER_HOME", ".gradle") / "caches" / "modules-2" / "files-2.1"
    for jar_place in gradle.glob("*/*/*/*/*.jar"):
        deadline.check()
        group, artifact, number = jar_place.parts[-5:-2]
        if jar_place.name == f"{artifact}-{number}.jar":
            yield jar_place, f"{group}:{artifact}".lower(), number


@lru_cache(maxsize=_MAX_JARS)
def _jar_classes(jar: Path, stamp: int) -> Classes:
    """The classes of a jar; of one that cannot be read, none."""
    try:
        if jar.stat().st_size > _MAX_JAR_BYTES:
            return {}
        with zipfile.ZipFile(jar) as archive:
            return _by_package(name.removesuffix(".class") for name in archive.namelist() if name.endswith(".class"))
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return {}


def platform_classes() -> Classes:
    """The classes of the JDK on this machine; none without one."""
    program = shutil.which("javac")
    places = [home_folder("JAVA_HOME", "no-jdk"), *([Path(program).resolve().parents[1]] if program else [])]
    image = next((place / "lib" / "modules" for place in places if (place / "lib" / "modules").is_file()), None)
    return _image_classes(image) if image is not None else {}


@lru_cache(maxsize=2)
def _image_classes(image: Path) -> Classes:
    """The classes in a JDK's `lib/modules`, from its index.

    https://github.com/openjdk/jdk/blob/master/src/java.base/share/native/libjimage/imageFile.hpp
    """
    with image.open("rb") as file:
        magic, _, _, _, length, locations_size, strings_size = _IMAGE.unpack(file.read(_IMAGE.size))
        if magic != _IMAGE_MAGIC:
            return {}
        file.seek(length * 4, os.SEEK_CUR)
        offsets = struct.unpack(f"<{length}I", file.read(length * 4))
        locations, strings = file.read(locations_size), file.read(strings_size)
    return _by_package(_image_names(offsets, locations, strings))


def _image_names(offsets: tuple[int, ...], locations: bytes, strings: bytes) -> Iterator[str]:
    def text(at: int) -> str:
        return strings[at : strings.index(b"\0", at)].decode("utf-8", "replace")

    for at in offsets:
        values = {}
        while kind := locations[at] >> 3:
            size = (locations[at] & 7) + 1
            values[kind] = int.from_bytes(locations[at + 1 : at + 1 + size], "big")
            at += 1 + size
        if text(values.get(_EXTENSION, 0)) == "class" and _MODULE in values:
            yield f"{text(values.get(_PARENT, 0))}/{text(values.get(_BASE, 0))}"


def _by_package(names: Iterator[str]) -> Classes:
    found: dict[str, set[str]] = {}
    for name in names:
        package, _, of = name.rpartition("/")
        found.setdefault(package.replace("/", "."), set()).add(of)
    return {package: frozenset(classes) for package, classes in found.items()}
