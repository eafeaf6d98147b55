"""Names in the conventions of each language. Its one rule: whatever goes in, a legal identifier comes out."""

from __future__ import annotations

import builtins
import keyword
import sys
import unicodedata
from collections.abc import Iterable

Words = tuple[str, ...]
"""Lower-case ASCII words of letters and digits, such as `("user", "authentication")`."""

MAX_WORDS = 5
MAX_WORD_CHARS = 24
MAX_NAME_CHARS = 32
"""Longer names make lines that no reader and no line-length rule likes."""
MAX_PARAMETER_CHARS = 24


def word_set(text: str) -> frozenset[str]:
    """The words of a table that is written as text."""
    return frozenset(text.split())


_JAVASCRIPT = word_set(
    """
    arguments await break case catch class const continue debugger default delete do else enum eval export
    extends false finally for function if implements import in instanceof interface let new null package private
    protected public return static super switch this throw true try typeof undefined var void while with yield
    constructor require
    assert describe json main next process request response test
    """
)
_JAVA = word_set(
    """
    abstract assert boolean break byte case catch char class const continue default do double else enum exports
    extends final finally float for goto if implements import instanceof int interface long module native new
    null opens package permits private protected provides public record requires return sealed short static
    strictfp string super switch synchronized this throw throws to transient transitive true false try uses var
    void volatile when while with yield object list override system exception clone equals finalize getclass
    hashcode notify notifyall tostring wait
    """
)
_GO = word_set(
    """
    any append bool break byte cap case chan close complex const context continue copy default defer delete else
    error errors fallthrough false float32 float64 fmt for func go goto http if imag import init int int64
    interface iota json len main make map math new nil os package panic print println range real recover result
    request return rune select string strings struct switch t testing true type uint uint8 uintptr var
    """
)
_RUST = word_set(
    """
    abstract as async await become bool box break char const continue crate default do dyn else enum extern f64
    false final fmt fn for i64 if impl in let loop macro match mod move mut none ok option override priv pub ref
    result return self some static str string struct super test trait true try type typeof union unsafe unsized
    use usize vec virtual where while yield core std alloc serde axum main run router answer request given
    """
)
_SQL = word_set(
    """
    abort access action add all alter analyze and any as asc assertion authorization between binary both by
    cascade case cast check class collate column commit constraint create cross current cursor database date day
    default deferrable delete desc describe distinct domain double drop each else end escape except exclude
    execute exists explain extract false fetch filter first float for foreign freeze from full function glob
    grant group having hour ilike in index inner insert int integer intersect interval into is isnull join key
    kill language last lateral leading left level like limit local lock log match merge minute month
    natural new next no not notnull null number numeric of off offset old on only open option or order outer
    over overlaps partition placing plan position precision primary procedure public query range rank read real
    recursive references release rename replace return returning revoke right role rollback row rows schema
    second select sequence session set show similar some start statement symmetric table task temporary text
    then time timestamp to top trailing transaction trigger true type union unique unknown update user using
    value values varchar vacuum verbose view when where window with work year
    """
)
_RESERVED: dict[str, frozenset[str]] = {
    "python": frozenset(
        map(str.lower, (*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "self", "cls", "router"))
    ),
    "javascript": _JAVASCRIPT,
    "typescript": _JAVASCRIPT,
    "java": _JAVA,
    "go": _GO,
    "rust": _RUST,
    "sql": _SQL,
}


def ascii_words(text: str) -> Words:
    """Split `text` into lower-case words: at every sign, and inside CamelCase and snake_case names."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    spaced: list[str] = []
    for index, char in enumerate(plain):
        if char.isupper() and index and (plain[index - 1].islower() or _ends_acronym(plain, index)):
            spaced.append(" ")
        spaced.append(char if char.isalnum() else " ")
    return tuple("".join(spaced).lower().split())


def _ends_acronym(text: str, index: int) -> bool:
    return text[index - 1].isupper() and text[index + 1 : index + 2].islower()


def fit(words: Iterable[str], fallback: Words, max_chars: int = MAX_NAME_CHARS) -> Words:
    """Cut `words` to a name of `max_chars`, the first one beginning with a letter; `fallback` when nothing is left."""
    kept: list[str] = []
    for word in words:
        short = word[:MAX_WORD_CHARS]
        if len(kept) == MAX_WORDS or sum(map(len, kept)) + len(kept) + len(short) > max_chars:
            break
        kept.append(short)
    if not kept:
        return fallback
    return tuple(kept) if kept[0][0].isalpha() else ("number", *kept)


def snake(words: Words, language: str = "") -> str:
    """`user_authentication`; a reserved word of `language` gets `_value` behind it."""
    return _safe("_".join(words), language, "_value")


def kebab(words: Words) -> str:
    """`user-authentication`, for files, routes and CSS classes."""
    return "-".join(words)


def camel(words: Words, language: str = "") -> str:
    """`userAuthentication`; a reserved word of `language` gets `Value` behind it."""
    return _safe(words[0] + "".join(_capitalize(word, language) for word in words[1:]), language, "Value")


def pascal(words: Words, language: str = "") -> str:
    """`UserAuthentication`; one that is also a type of a standard library gets `Item` behind it."""
    name = "".join(_capitalize(word, language) for word in words)
    return f"{name}Item" if name.lower() in _TYPES else name


def _capitalize(word: str, language: str) -> str:
    return word.upper() if language == "go" and word in _ACRONYMS else word.capitalize()


def flat(words: Words, language: str = "") -> str:
    """`userauthentication`, for packages of Java and Go."""
    return _safe("".join(words), language, "kit")


def module(words: Words) -> str:
    """The name of a Python module: one of a library's, or one that looks like tests, would stand in somebody's way."""
    name = "_".join(words)
    is_taken = name in sys.stdlib_module_names or name in ("pytest", "pydantic", "fastapi", *keyword.kwlist)
    return f"{name}_module" if is_taken else f"code_{name}" if name.startswith("test_") else name


def speak(words: Words) -> str:
    """`parse ISO dates` for `("parse", "iso", "dates")`."""
    return " ".join(word.upper() if word in _ACRONYMS else word for word in words)


def heading(words: Words) -> str:
    """`User ID` for `("user", "id")`."""
    text = speak(words)
    return text[:1].upper() + text[1:]


def _safe(name: str, language: str, suffix: str) -> str:
    return f"{name}{suffix}" if name.lower() in _RESERVED.get(language, frozenset()) else name


_ACRONYMS = word_set("api css csv dns gps html http https id iso json jwt pdf sql ssh tls ui uri url utc uuid xml")
_TYPES = word_set(
    """
    any app array arrays basemodel boolean box byte char character class collection component console context
    crypto date document double element enum err error event exception fastapi field file float formatter
    function handler int integer iterator json list long map math matter module none notimplementederror null number
    object objects ok operation option optional override path process promise proxy queue record reflect regexp
    request response result router runtime scanner self service set short some static stream string struct
    symbol system task test thread throwable time true type valueerror vec void weakmap window
    """
)
