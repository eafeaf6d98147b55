"""A language server that stays: a process is asked over its pipes, one question at a time.

Its one rule: every wait has an end. A process that gives no answer in time is ended, and with it the wait. Its input
ends when this process does, killed or not, and then it ends, too.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_MAX_MESSAGE_BYTES = 50_000_000
_LENGTH = b"content-length:"


class LanguageServerError(Exception):
    """The process ended, was ended, or answered with an error."""


class LanguageServer:
    """One process that speaks the Language Server Protocol on its pipes. Used by one thread at a time.

    https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout_s: float) -> None:
        """Start it and shake hands; the folder is its workspace.

        Raises:
            OSError: it cannot be started.
            LanguageServerError: it did not answer well within `timeout_s`.
        """
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._last = 0
        try:
            with self.limit(timeout_s):
                self.ask(
                    "initialize",
                    {
                        "processId": None,
                        "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
                        "capabilities": {
                            "general": {"positionEncodings": ["utf-32"]},
                            "textDocument": {"publishDiagnostics": {"relatedInformation": True}},
                        },
                    },
                )
                self.tell("initialized", {})
        except BaseException:
            self.end()
            raise

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_ended(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """What is asked inside ends within some seconds, by the end of the process if need be."""
        timer = threading.Timer(max(0.0, seconds), self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def ask(self, method: str, params: Mapping[str, Any]) -> Any:
        """The result of a request; what the server says or asks meanwhile is passed over.

        Raises:
            LanguageServerError: it ended, or it answered with an error.
        """
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        while True:
            message = self._receive()
            if "method" in message:
                if "id" in message:  # whatever it wants to know, here is nothing
                    self._send({"id": message["id"], "result": None})
            elif message.get("id") == self._last:
                if "result" not in message:
                    raise LanguageServerError(str(message.get("error"))[:300])
                return message["result"]

    def tell(self, method: str, params: Mapping[str, Any]) -> None:
        """Send a notification.

        Raises:
            LanguageServerError: it ended.
        """
        self._send({"method": method, "params": params})

    def end(self) -> None:
        """End the process and leave nothing open."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was written last may still be in its buffer
                    pipe.close()

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        try:
            self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise LanguageServerError("it has ended") from error

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            if line.lower().startswith(_LENGTH):
                length = int(line[len(_LENGTH) :])
        body = self._process.stdout.read(length) if 0 < length <= _MAX_MESSAGE_BYTES else b""
        try:
            message = json.loads(body)
        except ValueError as error:
            raise LanguageServerError("it has ended") from error
        return message if isinstance(message, dict) else {}
