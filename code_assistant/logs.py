"""What is secret in the settings, and log lines on stderr without it, whichever library writes them.

The rule: no URL, key or header of the user's reaches a log, a status or an answer unmasked.
"""

from __future__ import annotations

import logging
import sys

from code_assistant.launch import PASSED_ON, Mask, url_secrets
from code_assistant.settings import Settings

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def mask_of(settings: Settings) -> Mask:
    """What replaces every secret that the settings hold."""
    urls = [settings.base_url, settings.context7_url, settings.context7_api_url]
    urls += [settings.environ.get(name) for name in PASSED_ON]
    secrets = [settings.api_key, settings.context7_api_key]
    secrets += [secret for url in urls if url for secret in url_secrets(url)]
    return Mask([*secrets, *(secret for spec in settings.servers for secret in spec.secrets())])


def log_to_stderr(settings: Settings) -> None:
    """Let everything that is logged from now on go to stderr, masked."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_MaskedFormatter(mask_of(settings)))
    logging.basicConfig(handlers=[handler], level=settings.log_level)


class _MaskedFormatter(logging.Formatter):
    def __init__(self, mask: Mask) -> None:
        super().__init__(_FORMAT)
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        return self._mask(super().format(record))
