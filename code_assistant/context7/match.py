"""Which of the libraries that Context7 offers is the one that was asked for.

The rule: the name decides first, and who has it: a name that anybody may take loses to its owner's library. Only among
equal names do language, trust, version and size count, and whatever has not exactly the name, or a low reputation, is a
weak match and said to be one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from code_assistant.project.libraries import LibraryName
from code_assistant.project.versions.match import satisfies
from code_assistant.text.plain import plain_line

_WEB = frozenset(["js", "javascript", "node", "nodejs", "ts", "typescript"])
_MARKS = {
    "python": frozenset(["py", "python", "python3"]),
    "javascript": _WEB,
    "typescript": _WEB,
    "html": _WEB,
    "css": _WEB,
    "java": frozenset(["java", "jvm"]),
    "go": frozenset(["go", "golang"]),
    "rust": frozenset(["rs", "rust"]),
    "": frozenset(["rb", "ruby", "php", "kotlin", "swift", "dotnet", "net", "csharp", "cpp", "dart", "elixir"]),
}
"""The words by which a name tells its language: `redis-py`, `LangChain JS`, `openai-node`."""
_EVERY_MARK = frozenset().union(*_MARKS.values())
_NO_NAME = frozenset(["sdk", "docs", "documentation", "client"])
"""Words beside a name that make no other name of it."""
_TRUSTED = 7.0
"""What Context7 calls a high reputation. Less trusted variants for a language are often somebody's copy."""
_DOUBTFUL = 4.0
"""Below it, Context7 calls a reputation low: anybody can list any version of anything."""
_EXACT, _NEAR, _COPY, _FUZZY = 3, 2, 1, 0
"""The name; the owner's, or the name but for a mark; the name with a low reputation; something that is alike."""
_MAIN, _ALIKE = 0.9, 0.6
"""The grade of the owner's main library, and the least likeness that counts among an owner's."""
_MAJOR = re.compile(r"[/.]v\d+$")


@dataclass(frozen=True)
class Match:
    """A library that Context7 knows."""

    id: str
    title: str
    trust: float = 0.0
    """0 to 10."""
    snippets: int = 0
    versions: tuple[str, ...] = ()
    is_filtered: bool = False
    """True when a policy of the user's team may hide others."""

    @property
    def owner(self) -> str:
        """The first part of the id."""
        return self.id.strip("/").partition("/")[0]

    @property
    def repository(self) -> str:
        """The second part of the id."""
        return self.id.strip("/").partition("/")[2].partition("/")[0]


def best_match(library: LibraryName, matches: tuple[Match, ...], language: str = "") -> tuple[Match, str | None]:
    """Choose by name, then what fits the language, then trust, version and size; the first listed where all is equal.

    The second value says why the chosen one is a weak match, when it is one.
    """
    name = _Name.of(library.name)
    graded = {match: name.grade(match, language) for match in matches}
    grade = max(graded.values())
    named = [match for match in matches if graded[match] == grade]
    best = max(named, key=lambda match: _standing(match, name, library, language))
    if grade[0] in (_NEAR, _FUZZY):
        shown = f"{plain_line(best.title)} ({best.id})"
        hidden = "; a policy of your team at Context7 hides others" if best.is_filtered else ""
        return best, f"weak match: Context7 knows no {library.name}, the nearest is {shown}{hidden}"
    if best.trust < _DOUBTFUL:
        return best, f"weak match: {plain_line(best.title)} ({best.id}) has a low or unknown reputation at Context7"
    return best, None


def _standing(
    match: Match, name: _Name, library: LibraryName, language: str
) -> tuple[int, int, bool, float, bool, int]:
    has_version = library.wish is not None and any(satisfies(version, library.wish) for version in match.versions)
    is_own = _plain(match.owner) in (_plain(name.owner), _plain(name.bare))
    band = (match.trust >= _TRUSTED) + (match.trust >= _DOUBTFUL)
    return _fit(match, language), band, has_version, match.trust, is_own, match.snippets


def _fit(match: Match, language: str) -> int:
    """2 for a trusted variant for the language, 1 for what tells no other language, 0 for another language's."""
    marks = _marks(match.title) | _marks(match.repository) | _marks(match.owner)
    own = _MARKS.get(language, frozenset())
    if marks & own and match.trust >= _TRUSTED:
        return 2
    return 0 if language and marks - own else 1


@dataclass(frozen=True)
class _Name:
    """A name as it was asked for, such as `@tanstack/react-query`, `github.com/gin-gonic/gin` or `group:artifact`."""

    bare: str
    owner: str = ""
    """Whose it has to be: an npm scope, or the owner of a repository."""
    group: str = ""
    """Of Maven, which names the owner among other things."""

    @classmethod
    def of(cls, asked: str) -> _Name:
        group, _, artifact = _MAJOR.sub("", asked.strip("/")).rpartition(":")
        path = artifact.split("/")
        is_elsewhere = len(path) < 2 or ("." in path[0] and path[0] != "github.com")
        return cls(path[-1], "" if is_elsewhere else path[-2].lstrip("@"), group)

    def grade(self, match: Match, language: str) -> tuple[int, float]:
        """How well the name fits, and the likeness of names that do not."""
        is_owners = self._is_owners(match)
        tier = self._tier(match, language, is_owners)
        if tier == _EXACT and match.trust < _DOUBTFUL:
            tier = _COPY
        if tier > _FUZZY:
            return tier, 1.0
        wanted, cores = _core(self.bare), {_core(match.title), _core(match.repository)}
        likeness = round(max(SequenceMatcher(None, wanted, core).ratio() for core in cores), 1)
        if not is_owners or match.trust < _DOUBTFUL:
            return _FUZZY, likeness
        is_main = _bare(match.repository) == _bare(match.owner) or bool(self.group)
        return _NEAR, max(_MAIN if is_main else 0.0, likeness if likeness >= _ALIKE else 0.0)

    def _tier(self, match: Match, language: str, is_owners: bool) -> int:
        names = {_plain(match.title), _plain(match.repository)}
        if self.owner:
            names = names | {_plain(match.owner + match.repository)}
        if _plain(self.owner + self.bare) in names:
            return _EXACT
        if is_owners and self.owner and _bare(self.owner) + _plain(self.bare) in names:
            return _EXACT
        if _core(self.bare) in {_core(match.title), _core(match.repository)} and (is_owners or not self.owner):
            return _NEAR if _marks(self.bare) or _fit(match, language) == 0 else _EXACT
        return _FUZZY

    def _is_owners(self, match: Match) -> bool:
        """Whether the scope or the group names this owner, or this library."""
        if self.owner:
            words = {*_split(match.owner), *_split(match.repository)}
            return _bare(self.owner) == _bare(match.owner) or words.issuperset(_split(self.owner))
        words = set(_split(self.group))
        return bool(words) and all(any(word.startswith(one) for word in words) for one in _split(match.repository))


def _marks(name: str) -> frozenset[str]:
    """The words in a name that tell its language; `js` is also written on to another: `langchainjs`."""
    words = _split(name)
    return frozenset(words) & _EVERY_MARK | {"js" for word in words if word.endswith("js")}


def _core(name: str) -> str:
    """A name without the words that tell its language: `redis-py`, `Redis` and `node-redis` are all `redis`."""
    words = _split(name)
    kept = [word for word in words if word not in _EVERY_MARK | _NO_NAME] or words[:1]
    joined = "".join(kept)
    return joined.removesuffix("js") or joined


def _split(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())


def _bare(name: str) -> str:
    """`nest` of `NestJS`."""
    return _plain(name).removesuffix("js") or _plain(name)


def _plain(name: str) -> str:
    return "".join(_split(name))
