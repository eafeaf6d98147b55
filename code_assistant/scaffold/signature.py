"""A signature inside a request, in whatever notation.

Its one rule: prose in brackets is not taken for one, and a type that is not plainly known is a guess, never a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from code_assistant.scaffold.fields import MANY, NamedValue, ValueType, make_value
from code_assistant.scaffold.naming import Words, ascii_words
from code_assistant.scaffold.parameters import MAX_PARAMETERS
from code_assistant.scaffold.words import read_words, turn_over

_CALL = re.compile(
    r"(?P<name>[A-Za-z_][A-Za-z0-9_]{0,60})(?P<generics><[^()<>]{1,40}>|\[[^()\[\]]{1,40}\])?"
    r"(?P<arrow>\s*=\s*(?:async\s+)?)?\((?P<items>[^()]{1,300})\)"
)
_BEFORE = re.compile(r"(?:^|\s)`?(?P<type>[A-Za-z][\w.]*(?:<[^()<>]{0,40}>)?(?:\[\])*)\s+\Z")
_AFTER = re.compile(
    r"\s*(?:->|=>|:(?=\s*[A-Za-z&(\[][\w\[\]<>|]*))\s*\(?\s*"
    r"(?P<type>[&\w.]+(?:[\[<][\w\[\]<>, |&]{0,60}[\]>])?(?:\[\])*(?:\s?\|\s?\w+)?|&?\[\w{1,20}\]|\[\]\w{1,20})"
)
_GO_AFTER = re.compile(r"\s*\(?\s*(?P<type>(?:\[\])?[A-Za-z][\w.]*)")
_COLON = re.compile(r"(?:(?:mut|readonly|public|private)\s+)?[*.]{0,3}(?P<name>[A-Za-z_]\w*)\??\s*:\s*(?P<type>.+)")
_PAIR = re.compile(r"(?:final\s+)?(?P<first>[A-Za-z_&].*?)(?:\s+|\s?\.\.\.\s?)(?P<last>[A-Za-z_\[]\S*)")
_NAME = re.compile(r"[*.]{0,3}(?P<name>[A-Za-z_]\w*)(?:\[\])?")
_WORDS = read_words()["signature"]
_KEYWORDS = _WORDS["keywords"]
_CALLERS = _WORDS["callers"]
_NOT_TYPES = _WORDS["not_types"]
_ARITHMETIC = _WORDS["arithmetic"]
"""Functions that deal with numbers, whatever their arguments are called."""
_RECEIVER = re.compile(r"\bfunc\s+\([^()]{1,60}\)\s+\Z")
_RECEIVERS = _WORDS["receivers"]
_KNOWN = cast(dict[str, ValueType], turn_over("written_types"))
_LIST = re.compile(
    r"(?:readonly )?(?:(?:&|&mut )?(?:list|List|Sequence|Iterable|Iterator|Collection|ArrayList|Array|ReadonlyArray|Vec"
    r"|Set|set|tuple)[\[<](?P<inside>[^\[\]<>]{1,40})[\]>]"
    r"|(?P<before>[^\[\]<>]{1,40})\[\]|\[\](?P<after>[^\[\]<>]{1,40})|&?(?:mut )?\[(?P<slice>[^\[\]<>;]{1,40})\])"
)
_WRAPPED = re.compile(
    r"(?:(?:Optional|Option|Promise|Awaitable|Result)[\[<](?P<inside>.{1,60}?)(?:, ?[^\[\]<>]{1,40})?[\]>]"
    r"|(?P<first>.{1,60}?)(?: ?\| ?(?:None|null|undefined)|\?))"
)

_OWN = read_words()["own_types"]
"""What each language calls its plain types; every one takes the samples of the scaffold as they are."""
_OWN_LISTS = {
    "python": r"list\[(\w+)\]",
    "typescript": r"(?:readonly )?(\w+)\[\]|(?:Readonly)?Array<(\w+)>",
    "java": r"List<(String|Integer|Double)>|(String|int|long|double)\[\]",
    "go": r"\[\](\w+)",
    "rust": r"Vec<(\w+)>|&\[(\w+)\]",
}


@dataclass(frozen=True)
class Signature:
    """What a person wrote of a function before its body."""

    name: Words
    parameters: tuple[NamedValue, ...]
    returns: ValueType | None
    """None where it does not say."""
    native: str
    """The type of the answer as it stands, where the language asked for takes it so."""
    type_parameters: tuple[str, ...]


def find_signature(text: str, language: str) -> Signature | None:
    """Return the first signature in `text`, its types in `language` where they are written so."""
    for match in _CALL.finditer(text):
        words = text[: match.start()].rsplit(None, 1)[-1:]
        before = words[0].strip("`'\"(").lower() if words else ""
        if _RECEIVER.search(text[max(0, match.start() - 80) : match.start()]):
            before = "func"
        if before not in _CALLERS and (found := _read(text, match, before, language)):
            return found
    return None


def _read(text: str, match: re.Match[str], before: str, language: str) -> Signature | None:
    generics = tuple(re.findall(r"\b[A-Z]\w{0,10}\b", re.sub(r"\bextends [^,>]+", "", match["generics"] or "")))
    items = [_without_default(item) for item in _split(match["items"])]
    items = [item for item in items if item and item.split(":")[0].strip("&*").split()[-1:] != ["self"]]
    pairs = _pairs(items, before == "func")
    # An ordinary plural, as in "file(s)", is no call.
    if pairs is None or not ascii_words(match["name"]) or match["items"] in ("s", "es"):
        return None
    is_typed = any(written for _, written in pairs)
    if not is_typed and before not in _KEYWORDS and any(name != name.strip() or " " in name for name, _ in pairs):
        return None
    result = _result(text, match, before, is_typed and ":" not in match["items"])
    returns, native = _read_type(result, language, generics) if result else (None, "")
    words = ascii_words(match["name"])
    is_sum = words[0] in _ARITHMETIC
    given = [(name, written) for name, written in pairs if name.lower() not in _RECEIVERS]
    entries = [
        _parameter(name, written or "number" * is_sum, "" if is_sum and not written else language, generics)
        for name, written in given
    ]
    used = tuple(name for name in generics if any(re.search(rf"\b{name}\b", entry.native) for entry in entries))
    if native and not {*re.findall(r"\b[A-Z]\w*", native)} & {*generics} <= {*used}:
        native = ""
    returns = returns or ("number" if is_sum and not is_typed else None)
    return Signature(words, tuple(entries[:MAX_PARAMETERS]), returns, native, used)


def _split(text: str) -> list[str]:
    """At the commas that stand outside of brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "[<{") - (char in "]}" or (char == ">" and not parts[-1].endswith("-")))
        if char == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


def _without_default(item: str) -> str:
    return re.split(r"\s*=(?!>)", item, maxsplit=1)[0].strip()


def _pairs(items: Sequence[str], is_go: bool) -> list[tuple[str, str]] | None:
    """Name and type of each; None when one of them is neither a name nor a name with a type."""
    found: list[tuple[str, str]] = []
    for item in items:
        if match := _COLON.fullmatch(item):
            found.append((match["name"], match["type"]))
        elif match := _NAME.fullmatch(item):
            found.append((match["name"], ""))
        elif (match := _PAIR.fullmatch(item)) and (pair := _typed_pair(match["first"], match["last"], is_go)):
            found.append(pair)
        else:
            return None
    if is_go:  # "a, b int" gives both the type of the last
        for index in range(len(found) - 2, -1, -1):
            found[index] = (found[index][0], found[index][1] or found[index + 1][1])
    return found or None


def _typed_pair(first: str, last: str, is_go: bool) -> tuple[str, str] | None:
    name, written = (first, last) if is_go or (_is_type(last) and not _is_type(first)) else (last, first)
    plain = _NAME.fullmatch(name)
    if plain is None or not (is_go or _is_type(written)):
        return None
    return plain["name"], f"{written}[]" if name.endswith("[]") else written


def _is_type(text: str) -> bool:
    return _read_type(text, "")[0] is not None or re.fullmatch(r"[A-Z]\w*(?:<.{1,40}>)?(?:\[\])*", text) is not None


def _result(text: str, match: re.Match[str], before: str, is_c_like: bool) -> str:
    tail = text[match.end() : match.end() + 100]
    if before == "func" and (found := _GO_AFTER.match(tail)) and _is_type(found["type"]):
        return found["type"]
    if (found := _AFTER.match(tail)) and (_is_arrow(tail) or _is_type(found["type"])):
        return found["type"].strip()
    head = _BEFORE.search(text[max(0, match.start() - 80) : match.start()])
    if is_c_like and before != "func" and head and head["type"].lower() not in _NOT_TYPES and _is_type(head["type"]):
        return head["type"]
    return ""


def _is_arrow(tail: str) -> bool:
    return tail.lstrip().startswith(("->", "=>"))


def _parameter(name: str, written: str, language: str, generics: tuple[str, ...]) -> NamedValue:
    words = ascii_words(name) or ("value",)
    if not written and language == "typescript" and generics and words[-1].endswith("s"):
        written = f"{generics[0]}[]"  # of what a generic function deals with there are many
    kind, native = _read_type(written, language, generics) if written else (None, "")
    return make_value(words, kind, native)


def _read_type(text: str, language: str, type_parameters: tuple[str, ...] = ()) -> tuple[ValueType | None, str]:
    """Return what `text` stands for, and its spelling where `language` takes it as it stands."""
    written = re.sub(r"\s*([\[\]<>&])\s*", r"\1", " ".join(text.split())).replace("&mut", "&mut ")
    if match := _WRAPPED.fullmatch(written):
        return _read_type(match["inside"] or match["first"], "")
    known: dict[str, ValueType] = {**_KNOWN, **{name: "text" for name in type_parameters if language == "typescript"}}
    kind = known.get(written) or known.get(written.lstrip("&"))
    if kind is None and (found := _LIST.fullmatch(written)):
        inside = known.get(next(filter(None, found.groups())).strip())
        kind = MANY.get(inside or "text", "texts")
    return kind, written if kind and _is_own(written, language, type_parameters) else ""


def _is_own(written: str, language: str, type_parameters: tuple[str, ...]) -> bool:
    plain = _OWN.get(language, frozenset()) | {*(type_parameters if language == "typescript" else ())}
    match = re.fullmatch(_OWN_LISTS.get(language, r"(?!)"), written)
    return written in plain or (match is not None and next(filter(None, match.groups())) in plain)
