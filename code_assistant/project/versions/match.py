"""Which of the versions that are to be had fits the one that is wanted, in Python's, npm's and Cargo's notations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from code_assistant.project.libraries import LibraryName

_VERSION = re.compile(r"(?:^|[^\d.])v?(\d+(?:\.\d+)*)((?:[-.]?(?:alpha|beta|canary|next|rc|a|b|dev|pre)[-.]?\d*)?)")
_COMPARATOR = re.compile(
    r"(===?|~=|!=|>=|<=|[<>^~=])?\s*(?<![A-Za-z_])v?(\d+(?:\.(?:\d+|[xX*]))*[\w.+-]*|[xX*](?![\w.+-]))"
)
_MAX_WISH_CHARS = 500
_ANY = frozenset(["", "latest"])
_FAR_AHEAD = Version("999999999")
_HYPHEN = re.compile(r"^\s*v?([\d.]+)\s+-\s+v?([\d.]+)\s*$")


@dataclass(frozen=True)
class VersionChoice:
    """The version to take, as it was listed, and what to tell when it is not the wanted one."""

    version: str | None
    note: str | None = None


def choose_version(library: LibraryName, available: Sequence[str]) -> VersionChoice:
    """Pick the highest of the available versions that fits the library's wish; else the nearest one, with a note.

    Without a wish nothing is picked: the source's default is then as good as any.
    """
    if library.wish is None:
        return VersionChoice(None)
    numbered = [(number, shown) for shown in available if (number := parse_version(shown)) is not None]
    fitting = [pair for pair in numbered if satisfies(pair[0], library.wish)]
    stable = [pair for pair in fitting if not pair[0].is_prerelease]
    if fitting:
        written = _as_written(library.wish)  # tells `33.0.0-jre` from `33.0.0-android`
        return VersionChoice(
            max(stable or fitting, key=lambda pair: (pair[0], _as_written(pair[1]) == written, pair[1]))[1]
        )
    if not numbered and is_open(library.wish):
        return VersionChoice(None)  # the latest, which is all there is, is what is wanted
    wanted = parse_version(library.wish)
    near = [pair for pair in numbered if wanted is not None and pair[0].major == wanted.major]
    asked = f"{library.name} {library.wish} is wanted"
    if wanted is None or not near:
        known = ", ".join(list(available)[:5]) or "only the latest"
        return VersionChoice(None, f"{asked}, but there is {known}: this is the latest")
    nearest = min(near, key=lambda pair: _distance(pair[0], wanted))
    return VersionChoice(nearest[1], f"{asked}, this is {nearest[1]}, the nearest that there is")


def _as_written(version: str) -> str:
    return version.strip().lstrip("=vV ").lower().replace("_", ".")


def satisfies(version: Version | str, wish: str) -> bool:
    """True when a version lies in a range: `==0.115.*`, `0.115`, `^1.2`, `~1.2`, `1.x`, `>=18 <20`, `18 || 19`."""
    number = parse_version(version) if isinstance(version, str) else version
    if number is None or len(wish) > _MAX_WISH_CHARS:
        return False
    return any(_is_in(number, alternative) for alternative in wish.split("||"))


def is_open(wish: str) -> bool:
    """True when every later version fits, too: `>=0.100`, `*`, `latest`."""
    return satisfies(_FAR_AHEAD, wish)


def parse_version(shown: str) -> Version | None:
    """The version in a text such as `v0.115.4`, `v19_2_0` or `release-1.2`, or None."""
    found = _VERSION.search(shown.strip().replace("_", "."))
    if found is None:
        return None
    try:
        return Version(found[1] + found[2].replace("-", ".").replace("canary", "dev").replace("next", "dev"))
    except InvalidVersion:
        return Version(found[1])


def _is_in(version: Version, alternative: str) -> bool:
    hyphen = _HYPHEN.match(alternative)
    text = f">={hyphen[1]} {_up_to(hyphen[2])}" if hyphen else alternative
    parts = _COMPARATOR.findall(text)
    if not parts and text.strip().lower() not in _ANY:
        return False
    try:
        specifiers = [SpecifierSet(text) for part in parts for text in _specifiers(*part)]
    except InvalidSpecifier:
        return False
    return all(specifier.contains(version, prereleases=True) for specifier in specifiers)


def _up_to(last: str) -> str:
    """The end of a hyphen range: `18 - 19` includes 19.2, `1.2 - 1.9.4` not 1.9.5."""
    return f"<={last}" if last.count(".") > 1 else f"<={last.rstrip('.')}.x"


def _specifiers(operator: str, number: str) -> Iterable[str]:
    """One comparator as Python writes it."""
    release = [int(part) for part in re.match(r"[\d.]*", number)[0].split(".") if part]  # type: ignore[index]
    if not release:
        return []  # `*`: any version
    shown = ".".join(map(str, release))
    # Without the qualifiers that Python's versions do not know, such as `.RELEASE` and `-jre`.
    full = str(parse_version(number) or shown)
    is_wild = re.search(r"(^|\.)[xX*]", number) is not None
    if operator == "^":
        return [f">={full}", f"<{_next(release, _first_not_zero(release))}"]
    if operator == "~" or (operator == "~=" and len(release) < 2):
        return [f">={full}", f"<{_next(release, min(1, len(release) - 1))}"]
    if operator in ("", "=", "==", "===") and (is_wild or (operator != "===" and len(release) < 3 and full == shown)):
        return [f"=={shown}.*"]  # also `==0.115`, which people write for the series
    if operator in ("", "=", "==", "==="):
        return [f"=={full}"]
    if is_wild:
        return [_of_series(operator, release, shown)]
    return [f"{operator}{full}"]


def _of_series(operator: str, release: list[int], shown: str) -> str:
    """A comparator with a wildcard, which stands for all versions that begin so: `<=1.x` is `<2`."""
    after = _next(release, len(release) - 1)
    return {"!=": f"!={shown}.*", "<=": f"<{after}", ">": f">={after}"}.get(operator, f"{operator}{shown}")


def _next(release: list[int], index: int) -> str:
    return ".".join(map(str, [*release[:index], release[index] + 1]))


def _first_not_zero(release: list[int]) -> int:
    return next((index for index, part in enumerate(release) if part), len(release) - 1)


def _distance(version: Version, wanted: Version) -> tuple[int, int, bool]:
    """By minor, then by patch; at the same distance the older one, whose API is a subset more often."""
    return abs(version.minor - wanted.minor), abs(version.micro - wanted.micro), version > wanted
