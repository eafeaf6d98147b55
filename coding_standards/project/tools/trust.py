"""Whom the user lets judge: the setting `PROJECT_TOOLS`.

Its one rule: without a word of the user's no code of the project runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coding_standards.project.tools.configured import Configured

OFF, SAFE, ALL = "off", "safe", "all"
_NAME = re.compile(r"[a-z][a-z0-9 +._-]*")


class TrustError(ValueError):
    """A value of the setting that means nothing; the text says what it takes."""


@dataclass(frozen=True)
class Trust:
    """What may run."""

    mode: str = SAFE
    names: frozenset[str] = frozenset()
    """Tools that may run whatever their configuration is, where the mode is none of the three words."""
    is_foreign: bool = False
    """Whether only a call names the project: what is installed in it is code that nobody has trusted."""
    problem: str = ""
    """What is wrong with the setting, where nothing runs for that."""

    @property
    def is_off(self) -> bool:
        """Whether nothing may run."""
        return self.mode == OFF

    def allows(self, configured: Configured) -> bool:
        """Whether this tool may run as it is configured."""
        if self.mode == ALL:
            return True
        if self.names:
            return configured.tool.name in self.names
        return self.mode == SAFE and not configured.runs_code

    def is_meant(self, configured: Configured) -> bool:
        """Whether the user would expect a word about a tool that does not run."""
        return not self.names or configured.tool.name in self.names


def parse_trust(text: str | None) -> Trust:
    """Read `off`, `safe`, `all`, or names of tools with commas between them.

    Raises:
        TrustError: it is none of these.
    """
    said = (text or "").strip().lower()
    if said in ("", SAFE):
        return Trust()
    if said in (OFF, ALL):
        return Trust(said)
    names = frozenset(name.strip() for name in said.split(",") if name.strip())
    odd = next((name for name in sorted(names) if not _NAME.fullmatch(name)), None)
    if not names or odd is not None:
        raise TrustError(f"{text!r}: it takes off, safe, all, or names of tools such as eslint,tsc")
    return Trust("names", names)
