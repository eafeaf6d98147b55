"""Serving one host on stdio until it is gone, and then leaving at once.

Its one rule: whatever ends, host, stdin or stdout, the process ends with its children.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

import anyio

from code_assistant.orchestrator import Orchestrator
from code_assistant.server import CodeAssistantServer
from groundwork import lifetime

LAST_WORDS_S = 0.5
"""For what is still being written when everything has been stopped."""


async def serve(orchestrator: Orchestrator, server: CodeAssistantServer) -> None:
    """Serve until the host is gone, then leave at once: only threads of the standard library are left to wait for.

    A host is gone when stdin ends, and also when it reads no more; then one of those threads still waits for its input.
    """
    _end_on_signals(orchestrator)
    serving = asyncio.create_task(serve_stdio(server))
    stopped = asyncio.create_task(orchestrator.stopped.wait())
    await asyncio.wait((serving, stopped), return_when="FIRST_COMPLETED")
    await asyncio.wait((serving,), timeout=LAST_WORDS_S)
    sys.stderr.flush()
    lifetime.leave(serving.result() if serving.done() else 0)


async def serve_stdio(server: CodeAssistantServer) -> int:
    """Serve until stdin ends or stdout breaks. Returns the exit code."""
    code = 0
    try:
        await server.serve_stdio()
    except* (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
        logging.getLogger("code_assistant").info("the host reads no more")
    except* Exception:
        logging.getLogger("code_assistant").exception("the server broke off")
        code = 1
    return code


def _end_on_signals(orchestrator: Orchestrator) -> None:
    """On SIGTERM and SIGINT end the children, then the process: the SDK would skip the one and hang on the other."""
    loop = asyncio.get_running_loop()

    async def end(number: int) -> None:
        await orchestrator.stop()
        sys.stderr.flush()
        lifetime.leave(128 + number)  # a thread of the SDK is blocked reading stdin and would hold up a normal exit

    def begin(number: int) -> None:
        loop.call_soon_threadsafe(lambda: loop.create_task(end(number), name="shutdown"))

    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, begin, number)
        except NotImplementedError:  # Windows has no such thing on its event loop
            signal.signal(number, lambda received, _frame: begin(received))
