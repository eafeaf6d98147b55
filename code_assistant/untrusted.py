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

TAGS = ("request", "standards", "documentation", "existing_code", "tool_output", "findings")

MAX_CLEANED_CHARS = 400_000
"""Far more than any text may keep afterwards; what is longer is cut before it costs time on the event loop."""

_OUR_TAG = re.compile(rf"<[\s/]*(?:{'|'.join(TAGS)})\b[^<>\n]*>?", re.IGNORECASE)
_SPECIAL_TOKEN = re.compile(r"<\|[^<>|\n]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?s>(?=\s*\[)", re.IGNORECASE)
_ADDRESSES_THE_MODEL = re.compile(
    r"""
    \b(ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}?
        \b(previous|prior|above|earlier|preceding|all|any|your|the)\b[^.\n]{0,30}?
        \b(instructions?|prompts?|rules|guidelines|directions|constraints|context|messages?|standards)\b
  | \bignore\s+everything\s+(above|before|said)
  | \b(you\s+are\s+now|from\s+now\s+on[\s,]+you|act\s+as\s+(an?\s+)?(unrestricted|jailbroken|dan\b|evil|different))
  | \b(new|updated|real|hidden)\s+(system\s+)?(instructions?|prompt)\s*:
  | \b(reveal|print|repeat|output|show|leak|send)\b[^.\n]{0,40}\b(system\s+prompt|your\s+(instructions|api\s+key))
  | \b(ai|language\s+model|llm|assistant|chatbot|agent)s?\b
        (?>[^.\n]{0,30}?\b(must|should|shall|have\s+to|need\s+to)\b)[^.\n]{0,60}?
        \b(instead|ignore|include|insert|add|call|execute|run|fetch|visit|tell|recommend)\b
  | ^\W*(system|assistant|developer|human|user)[^\w:]*:\W*
        (you|ignore|disregard|please|from\s+now|do\s+not|always|never|act|reply|respond|output|write|call)\b
  | </?(tool_calls?|function_calls?|invoke|tool_use|antml:\w+|system|assistant)\b[^<>]*>
  | ^[\s{]*"(tool_calls?|function_call)"\s*:
    """,
    re.IGNORECASE | re.VERBOSE,
)
_KEPT_CONTROLS = "\n\t"
_LONGEST_JUDGED = 2_000
"""Of a longer line only the start is held against the patterns, so that a hostile line costs no time."""

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
    """Strip control and invisible characters, lines that address the model, and look-alikes of our delimiters."""
    kept_text = text[:MAX_CLEANED_CHARS]
    visible, removed = _without_invisible(kept_text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = visible.split("\n")
    kept = [line for line in lines if not _ADDRESSES_THE_MODEL.search(line[:_LONGEST_JUDGED])]
    defused, tags = _OUR_TAG.subn("[tag removed]", "\n".join(kept))
    defused, tokens = _SPECIAL_TOKEN.subn("[token removed]", defused)
    return Cleaned(defused, removed + len(lines) - len(kept) + tags + tokens, len(text) - len(kept_text))


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


def whole(value: Any) -> Any:
    """The same for all texts of a JSON value."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, dict):
        return {whole(key): whole(inner) for key, inner in value.items()}
    return [whole(inner) for inner in value] if isinstance(value, list) else value


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
