"""The values that code deals with. Its one rule: a type is told by a plain word, or it is a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from code_assistant.scaffold.naming import MAX_PARAMETER_CHARS, Words, fit, speak
from code_assistant.scaffold.words import read_words, turn_over

ValueType = Literal["text", "whole", "number", "flag", "texts", "numbers", "wholes"]

TYPE_WORDS = cast(dict[str, ValueType], turn_over("types"))
"""What these words say about a value's type."""

FIELD_TYPES = cast(dict[str, ValueType], turn_over("fields"))
"""What the last word of a field's name says about its type."""

MANY: dict[ValueType, ValueType] = {"text": "texts", "whole": "wholes", "number": "numbers"}
"""The types of lists by the type of what they hold."""

_COUNTS, _SECRETS = read_words()["values"]["counts"], read_words()["values"]["secrets"]
_OWN_NAMES = read_words()["values"]["own_names"]
"""What templates call their own things."""


@dataclass(frozen=True)
class NamedValue:
    """A value that goes in or comes out."""

    words: Words
    type: ValueType
    native: str = ""
    """The type as the request spells it, where the language takes it so."""

    @property
    def is_secret(self) -> bool:
        """True for what must not be shown or stored as it is."""
        return self.words[-1] in _SECRETS

    @property
    def is_count(self) -> bool:
        """True where a negative value makes no sense."""
        return self.type in ("whole", "number") and self.words[-1] in _COUNTS

    @property
    def is_list(self) -> bool:
        """True for a list of values."""
        return self.type in ("texts", "numbers", "wholes")

    @property
    def phrase(self) -> str:
        """The name in words."""
        return speak(self.words)


def make_value(words: Words, kind: ValueType | None = None, native: str = "") -> NamedValue:
    """Make a value with a name that fits, its type told by its last word when `kind` is None."""
    words = fit(words, ("value",), MAX_PARAMETER_CHARS)
    words = (*words, "input") if len(words) == 1 and words[0] in _OWN_NAMES else words
    return NamedValue(words, kind or guess_type(words) or "text", native)


def guess_type(words: Words) -> ValueType | None:
    """The type that a field's name tells, or None when it tells nothing."""
    if words[0] in ("is", "has") and len(words) > 1:
        return "flag"
    last = words[-1]
    if known := FIELD_TYPES.get(last) or ("text" if last in ("id", "at") else TYPE_WORDS.get(last)):
        return known
    return MANY.get(FIELD_TYPES.get(last.removesuffix("s"), "flag"))
