"""The types of a signature that somebody wrote. Its one rule: what is not plainly known is a guess, never a name."""

from __future__ import annotations

import re
from typing import cast

from code_assistant.scaffold.fields import MANY, ValueType
from code_assistant.scaffold.words import read_words, turn_over

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

_TEXT: ValueType = "text"

_OWN = read_words()["own_types"]
"""What each language calls its plain types; every one takes the samples of the scaffold as they are."""
_OWN_LISTS = {
    "python": r"list\[(\w+)\]",
    "typescript": r"(?:readonly )?(\w+)\[\]|(?:Readonly)?Array<(\w+)>",
    "java": r"List<(String|Integer|Double)>|(String|int|long|double)\[\]",
    "go": r"\[\](\w+)",
    "rust": r"Vec<(\w+)>|&\[(\w+)\]",
}


def read_type(text: str, language: str, type_parameters: tuple[str, ...] = ()) -> tuple[ValueType | None, str]:
    """Return what `text` stands for, and its spelling where `language` takes it as it stands."""
    written = re.sub(r"\s*([\[\]<>&])\s*", r"\1", " ".join(text.split())).replace("&mut", "&mut ")
    if match := _WRAPPED.fullmatch(written):
        return read_type(match["inside"] or match["first"], "")
    known = {**_KNOWN, **{name: _TEXT for name in type_parameters if language == "typescript"}}
    kind = known.get(written) or known.get(written.lstrip("&"))
    if kind is None and (found := _LIST.fullmatch(written)):
        inside = known.get(next(filter(None, found.groups())).strip())
        kind = MANY.get(inside or "text", "texts")
    return kind, written if kind and _is_own(written, language, type_parameters) else ""


def _is_own(written: str, language: str, type_parameters: tuple[str, ...]) -> bool:
    plain = _OWN.get(language, frozenset()) | {*(type_parameters if language == "typescript" else ())}
    match = re.fullmatch(_OWN_LISTS.get(language, r"(?!)"), written)
    return written in plain or (match is not None and next(filter(None, match.groups())) in plain)
