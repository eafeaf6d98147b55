"""Java's own parser, in a virtual machine that stays: to start one for every text takes half a second.

Its one rule: the machine ends with this process, also when this one is killed, for its standard input ends then.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from coding_standards.engines.astgrep.judgement import ParserVerdict
from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.process import TIMEOUT_S
from coding_standards.engines.toolchain.jdk import Kit, find_newest
from coding_standards.engines.toolchain.process import environment
from groundwork.kept_process import KeptProcess

_PROGRAM = Path(__file__).with_name("Parse.java")
_OPTIONS = ("-Xmx192m", "-Xss4m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData")
_START_S = 20.0
"""A start takes 0.7 s of a quiet machine; one that takes longer than this will not come to an end."""
NEWEST = 25
"""The newest Java whose syntax we know; what an older javac refuses may be newer than it is."""

# What a javac of any age is right to refuse: literals and characters, which stay as they are.
_TIMELESS = frozenset(
    f"compiler.err.{name}"
    for name in (
        *("illegal.char", "illegal.esc.char", "illegal.text.block.open", "illegal.underscore", "int.number.too.large"),
        *("unclosed.str.lit", "unclosed.char.lit", "unclosed.comment", "unclosed.text.block", "empty.char.lit"),
        *("malformed.fp.lit", "illegal.unicode.esc", "repeated.modifier", "else.without.if", "catch.without.try"),
        *("finally.without.try", "orphaned", "invalid.meth.decl.ret.type.req", "premature.eof", "not.stmt"),
    )
)


class _JavaParser(KeptProcess):
    """One virtual machine that parses."""

    def __init__(self, kit: Kit) -> None:
        super().__init__([str(kit.java), *_OPTIONS, str(_PROGRAM)], environment())
        self._is_up = threading.Event()
        threading.Thread(target=self._await_start, daemon=True).start()

    def _await_start(self) -> None:
        # It greets with an empty line. Somebody who asks waits less long for it than it may take to start.
        with self.limit(_START_S):
            self.told.readline()
        self._is_up.set()

    def parse(self, code: bytes) -> list[str] | None:
        """The lines of its answer; None where it gave none in time."""
        if not self._is_up.wait(TIMEOUT_S):
            return None
        with self.limit(TIMEOUT_S):
            self.given.write(len(code).to_bytes(4, "big") + code)
            self.given.flush()
            lines: list[str] = []
            for line in iter(self.told.readline, b""):
                if not line.strip():
                    return lines
                lines.append(line.decode("utf-8").rstrip())
        return None


_lock = threading.Lock()
_running: list[_JavaParser] = []


@contextmanager
def begin(code: str) -> Iterator[Callable[[], ParserVerdict | None]]:
    """What javac's parser says of the text, once it is asked for; None where there is no JDK, or it gave no answer."""
    yield partial(_parse, code)


def _parse(code: str) -> ParserVerdict | None:
    kit = find_newest()
    if kit is None or not _lock.acquire(timeout=TIMEOUT_S):
        return None
    try:
        lines = _start(kit).parse(code.encode("utf-8"))
    except OSError:
        return None
    finally:
        _lock.release()
    return _read(code, lines, kit.version) if lines is not None else None


def _start(kit: Kit) -> _JavaParser:
    if _running and _running[0].is_ended:
        _running.pop().end()
    if not _running:
        _running.append(_JavaParser(kit))
    return _running[0]


@atexit.register
def end() -> None:
    """End the virtual machine, if there is one."""
    while _running:
        _running.pop().end()


def _read(code: str, lines: list[str], version: int) -> ParserVerdict:
    flaws: list[Flaw] = []
    is_timeless = False
    for line in lines:
        offset, name, message = line.split("\t", 2)
        is_timeless = is_timeless or name in _TIMELESS
        before = code.encode("utf-16-le")[: 2 * max(int(offset), 0)]
        flaws.append(Flaw(len(before.decode("utf-16-le", "ignore")), message))
    return ParserVerdict(tuple(flaws), version >= NEWEST or is_timeless)
