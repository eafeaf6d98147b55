"""Text from outside on its way to the model: cleaned, then delimited and named by its source.

Cleaning is a net with holes and is not relied upon alone: whatever passes is still inside a delimiter that
the text itself cannot close, and the agent holds no tool that changes anything.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from code_assistant.text.orders import without_orders

TAGS = ("request", "standards", "documentation", "existing_code", "tool_output", "findings")

MAX_CLEANED_CHARS = 400_000
"""Far more than any text may keep afterwards; what is longer is cut before it costs time on the event loop."""

_OUR_TAG = re.compile(
    rf"<(?=[\s]*/[\s/]*(?:{'|'.join(TAGS)})(?!\w))|(?<![\w:.])<(?=\s*(?:{'|'.join(TAGS)})(?![\w.:-]))"
)
"""In the very form in which we write them: `Promise<Request>` and `vector<request>` are types."""
_SPECIAL_TOKEN = re.compile(r"<[|｜][\w▁.:-]{1,40}[|｜]>|\[/?INST\]|<</?SYS>>|</?s>(?=\s*\[/?INST\])")
"""What a tokenizer, not a reader, may take for more than text: therefore also in code."""
_KEPT_CONTROLS = "\n\t"
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
_SURROGATE = re.compile("[\ud800-\udfff]")
_HALF = re.compile("[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]")
_NOT_IN_ATTRIBUTES = re.compile(r'[<>"\x00-\x1f\x7f-\x9f\u2028\u2029]')
_MAX_ATTRIBUTE_CHARS = 1_000
"""Eight libraries with their versions fit: they are an attribute of the request."""


@dataclass(frozen=True)
class Cleaned:
    """Text that is fit to be shown to the model, how many lines or marks were taken out, and how much was cut off."""

    text: str
    removed: int = 0
    cut_chars: int = 0


def clean(text: str) -> Cleaned:
    """Strip control and invisible characters and lines that address the model, and defuse what reads as our tags."""
    kept_text = text[:MAX_CLEANED_CHARS]
    visible, removed = _without_invisible(kept_text.replace("\r\n", "\n").replace("\r", "\n"))
    kept, orders = without_orders(visible)
    defused, tags = _OUR_TAG.subn("&lt;", kept)
    defused, tokens = _SPECIAL_TOKEN.subn("[token removed]", defused)
    return Cleaned(defused, removed + orders + tags + tokens, len(text) - len(kept_text))


def delimit(tag: str, text: str, **attributes: str) -> str:
    """Wrap text in one of our tags, which it cannot close; attribute values lose what could end the tag."""
    described = "".join(f' {name}="{_attribute(value)}"' for name, value in attributes.items())
    return f"<{tag}{described}>\n{defuse(text, tag).strip()}\n</{tag}>"


def defuse(text: str, *tags: str) -> str:
    """Turn the `<` of whatever reads as one of these tags into `&lt;`; the user's own words stay else as they are."""
    return _tags_in_disguise(tags).sub("&lt;", text)


def without_surrogates(text: str) -> str:
    """Join the halves of a character that belong together; one half alone, which no wire carries, becomes U+FFFD."""
    if not _SURROGATE.search(text):
        return text
    return _HALF.sub("\ufffd", text).encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def mend_halves(value: Any) -> Any:
    """The same for all texts of a JSON value."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, dict):
        return {mend_halves(key): mend_halves(inner) for key, inner in value.items()}
    return [mend_halves(inner) for inner in value] if isinstance(value, list) else value


@cache
def _tags_in_disguise(tags: tuple[str, ...]) -> re.Pattern[str]:
    """In any case, with space and invisible characters in it: a model would read it as the tag all the same."""
    names = "|".join(f"[{_INVISIBLE}]*".join(tag) for tag in tags)
    return re.compile(rf"<(?=[\s/{_INVISIBLE}]*(?:{names})(?!\w))", re.IGNORECASE)


def _attribute(value: str) -> str:
    return _NOT_IN_ATTRIBUTES.sub(" ", value)[:_MAX_ATTRIBUTE_CHARS]


def _without_invisible(text: str) -> tuple[str, int]:
    """Drop control, format (zero width, bidirectional, tag) and unpaired surrogate characters."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text, 0
    dropped = {
        ord(char): None for char in set(text) - set(_KEPT_CONTROLS) if unicodedata.category(char) in ("Cc", "Cf", "Cs")
    }
    return (text.translate(dropped), 1) if dropped else (text, 0)
