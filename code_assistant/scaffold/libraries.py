"""The libraries a request names. Its one rule: import only what is certain, name the others in the documentation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from code_assistant.scaffold.naming import word_set

MAX_LIBRARIES = 8
_NAME = re.compile(r"\s*(@?[A-Za-z][A-Za-z0-9_.-]*(?:[/:][A-Za-z0-9_.-]+){0,3})")
_SERVERS = word_set(
    """
    fastapi flask django starlette express koa fastify hapi nestjs axum actix-web actix rocket warp spring
    spring-boot spring-web springboot gin echo chi fiber net/http aiohttp tornado hono
    """
)
_COMMAND_LINES = word_set("click typer argparse commander yargs clap structopt cobra picocli urfave")


@dataclass(frozen=True)
class Libraries:
    """The names given, without versions, safe to print."""

    names: tuple[str, ...]

    @classmethod
    def parse(cls, given: Sequence[str]) -> Libraries:
        """Take the leading plain name out of each of `given`; what has none is left out."""
        found = [match[1].rstrip("./:-_") for text in given[:MAX_LIBRARIES] if (match := _NAME.match(text[:120]))]
        return cls(tuple(dict.fromkeys(name[:60] for name in found if name)))

    def has(self, *names: str) -> bool:
        """Tell whether one of `names` is wanted, in any case; the last part of a path counts."""
        return bool({*names} & self._lower)

    @property
    def serves_http(self) -> bool:
        """Tell whether one of them answers HTTP requests."""
        return bool(_SERVERS & self._lower)

    @property
    def is_command_line(self) -> bool:
        """Tell whether one of them parses command lines."""
        return bool(_COMMAND_LINES & self._lower)

    def unused(self, *used: str) -> tuple[str, ...]:
        """The names that are not among `used`."""
        return tuple(name for name in self.names if not _forms(name) & {*used})

    @property
    def _lower(self) -> frozenset[str]:
        return frozenset(form for name in self.names for form in _forms(name))


def _forms(name: str) -> frozenset[str]:
    lowered = name.lower()
    return frozenset({lowered, lowered.rpartition("/")[2]})
