"""What is secret in the settings, and log lines on stderr without it, whichever library writes them.

The rule: no URL, key or header of the user's reaches a log, a status or an answer unmasked.
"""

from __future__ import annotations

import logging
import sys
from typing import TypeVar

from pydantic import BaseModel

from code_assistant.children.launch import PASSED_ON, Mask, find_url_secrets
from code_assistant.result import GenerationResult
from code_assistant.settings import Settings

_Part = TypeVar("_Part", bound=BaseModel)
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def build_mask(settings: Settings) -> Mask:
    """What replaces every secret that the settings hold."""
    urls = [settings.base_url, settings.context7_url, settings.context7_api_url]
    urls += [settings.environ.get(name) for name in PASSED_ON]
    secrets = [settings.api_key, settings.context7_api_key]
    secrets += [secret for url in urls if url for secret in find_url_secrets(url)]
    return Mask([*secrets, *(secret for spec in settings.servers for secret in spec.secrets())])


def without_secrets(result: GenerationResult, mask: Mask) -> GenerationResult:
    """The result with the words of servers and of the network masked; code and what the model says stay as they are."""
    told = {"missing": tuple(_mask_part(gap, mask, "what", "why", "remedy") for gap in result.missing)}
    used = {"documentation": tuple(_mask_part(entry, mask, "note") for entry in result.documentation)}
    checks = result.checks.model_copy(update={"not_checked": tuple(map(mask, result.checks.not_checked))})
    steps = {"explanation": mask(result.explanation)} if result.status == "pending" else {}
    return result.model_copy(update={**told, **used, **steps, "checks": checks})


def _mask_part(part: _Part, mask: Mask, *names: str) -> _Part:
    values = {name: getattr(part, name) for name in names}
    return part.model_copy(update={name: mask(value) for name, value in values.items() if value is not None})


def log_to_stderr(settings: Settings) -> None:
    """Let everything that is logged from now on go to stderr, masked."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_MaskedFormatter(build_mask(settings)))
    logging.basicConfig(handlers=[handler], level=settings.log_level)


class _MaskedFormatter(logging.Formatter):
    def __init__(self, mask: Mask) -> None:
        super().__init__(_FORMAT)
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        return self._mask(super().format(record))
