"""Text from outside on its way to the model: cleaned, then delimited and named by its source.

Cleaning is a net with holes and is not relied upon alone: whatever passes is still inside a delimiter that
the text itself cannot close, and the agent holds no tool that changes anything.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

TAGS = ("request", "standards", "documentation", "existing_code", "tool_output", "findings")

_OUR_TAG = re.compile(rf"<\s*/?\s*({'|'.join(TAGS)})\b[^<>]*>?", re.IGNORECASE)
_SPECIAL_TOKEN = re.compile(r"<\|[^<>|\n]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?s>(?=\s*\[)", re.IGNORECASE)
_ADDRESSES_THE_MODEL = re.compile(
    r"""
    \b(ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}
        \b(previous|prior|above|earlier|preceding|all|any|your|the)\b[^.\n]{0,30}
        \b(instructions?|prompts?|rules|guidelines|directions|constraints|context|messages?|standards)\b
  | \bignore\s+everything\s+(above|before|said)
  | \b(you\s+are\s+now|from\s+now\s+on\s*,?\s+you|act\s+as\s+(an?\s+)?(unrestricted|jailbroken|dan\b|evil|different))
  | \b(new|updated|real|hidden)\s+(system\s+)?(instructions?|prompt)\s*:
  | \b(reveal|print|repeat|output|show|leak|send)\b[^.\n]{0,40}\b(system\s+prompt|your\s+(instructions|api\s+key))
  | \b(ai|language\s+model|llm|assistant|chatbot|agent)s?\b[^.\n]{0,30}\b(must|should|shall|have\s+to|need\s+to)\b
        [^.\n]{0,60}\b(instead|ignore|include|insert|add|call|execute|run|fetch|visit|tell|recommend)\b
  | ^\W*(system|assistant|developer|human|user)\W*:\W*
        (you|ignore|disregard|please|from\s+now|do\s+not|always|never|act|reply|respond|output|write|call)\b
  | </?(tool_calls?|function_calls?|invoke|tool_use|antml:\w+|system|assistant)\b[^>]*>
  | ^\s*\{?\s*"(tool_calls?|function_call)"\s*:
    """,
    re.IGNORECASE | re.VERBOSE,
)
_KEPT_CONTROLS = "\n\t"
_LONGEST_JUDGED = 2_000
"""Of a longer line only the start is held against the patterns, so that a hostile line costs no time."""


@dataclass(frozen=True)
class Cleaned:
    """Text that is fit to be shown to the model, and how many lines or marks were taken out."""

    text: str
    removed: int = 0


def clean(text: str) -> Cleaned:
    """Strip control and invisible characters, lines that address the model, and look-alikes of our delimiters."""
    visible, removed = _without_invisible(text.replace("\r\n", "\n").replace("\r", "\n"))
    kept: list[str] = []
    for line in visible.split("\n"):
        if _ADDRESSES_THE_MODEL.search(line[:_LONGEST_JUDGED]):
            removed += 1
            continue
        line, tags = _OUR_TAG.subn("[tag removed]", line)
        line, tokens = _SPECIAL_TOKEN.subn("[token removed]", line)
        removed += tags + tokens
        kept.append(line)
    return Cleaned("\n".join(kept), removed)


def delimit(tag: str, text: str, **attributes: str) -> str:
    """Wrap cleaned text in one of our tags; attribute values lose what could end the tag."""
    described = "".join(f' {name}="{_attribute(value)}"' for name, value in attributes.items())
    return f"<{tag}{described}>\n{text.strip()}\n</{tag}>"


def _attribute(value: str) -> str:
    return re.sub(r'[<>"\n]', " ", value)[:200]


def _without_invisible(text: str) -> tuple[str, int]:
    """Drop control, format (zero width, bidirectional, tag) and unpaired surrogate characters."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text, 0
    kept = [char for char in text if char in _KEPT_CONTROLS or unicodedata.category(char) not in ("Cc", "Cf", "Cs")]
    return "".join(kept), 1 if len(kept) < len(text) else 0
