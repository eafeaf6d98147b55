"""The types of a signature that somebody wrote. Its one rule: what is not plainly known is a guess, never a name."""

from __future__ import annotations

import re

from code_assistant.scaffold.fields import MANY, ValueType
from code_assistant.scaffold.naming import word_set

_PLAIN: dict[ValueType, frozenset[str]] = {
    "text": word_set("str string String &str &String &'static text char Char CharSequence rune bytes"),
    "whole": word_set(
        """
        int Int integer Integer long Long short Short byte uint i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize
        int8 int16 int32 int64 uint8 uint16 uint32 uint64 bigint size_t unsigned
        """
    ),
    "number": word_set("float Float double Double f32 f64 float32 float64 number Number decimal Decimal BigDecimal"),
    "flag": word_set("bool boolean Bool Boolean void None null undefined unit ()"),
    "texts": word_set("list List array Array"),
}
_KNOWN = {name: kind for kind, names in _PLAIN.items() for name in names}
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

_OWN: dict[str, frozenset[str]] = {
    "python": word_set("str int float bool"),
    "typescript": word_set("string number boolean"),
    "java": word_set("String int long short double boolean Integer Double Boolean"),
    "go": word_set("string int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 byte float32 float64 bool"),
    "rust": word_set("&str String i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 bool"),
}
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
