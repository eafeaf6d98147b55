"""Names in the conventions of each language. Its one rule: whatever goes in, a legal identifier comes out."""

from __future__ import annotations

import builtins
import keyword
import sys
import unicodedata
from collections.abc import Iterable

from code_assistant.scaffold.words import read_words

Words = tuple[str, ...]
"""Lower-case ASCII words of letters and digits, such as `("user", "authentication")`."""

MAX_WORDS = 5
MAX_WORD_CHARS = 24
MAX_NAME_CHARS = 32
"""Longer names make lines that no reader and no line-length rule likes."""
MAX_PARAMETER_CHARS = 24


_ACRONYMS, _TYPES, _LIBRARIES = (read_words()["names"][name] for name in ("acronyms", "types", "libraries"))
_RESERVED = read_words()["reserved"]
_FOR_PYTHON = frozenset(map(str.lower, (*keyword.kwlist, *keyword.softkwlist, *dir(builtins))))


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
    is_taken = name in sys.stdlib_module_names or name in (*_LIBRARIES, *keyword.kwlist)
    return f"{name}_module" if is_taken else f"code_{name}" if name.startswith("test_") else name


def speak(words: Words) -> str:
    """`parse ISO dates` for `("parse", "iso", "dates")`."""
    return " ".join(word.upper() if word in _ACRONYMS else word for word in words)


def heading(words: Words) -> str:
    """`User ID` for `("user", "id")`."""
    text = speak(words)
    return text[:1].upper() + text[1:]


def _safe(name: str, language: str, suffix: str) -> str:
    known = _RESERVED.get("javascript" if language == "typescript" else language, frozenset())
    is_taken = name.lower() in known or (language == "python" and name.lower() in _FOR_PYTHON)
    return f"{name}{suffix}" if is_taken else name
