"""The Language Server Protocol, one question at a time, with a server that stays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from groundwork.kept_process import KeptProcess

_MAX_MESSAGE_BYTES = 50_000_000
_LENGTH = b"content-length:"


class LanguageServerError(Exception):
    """The process ended, was ended, or answered with an error."""


class LanguageServer(KeptProcess):
    """One process that speaks the protocol on its pipes.

    https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout_s: float) -> None:
        """Start it and shake hands; the folder is its workspace.

        Raises:
            OSError: it cannot be started.
            LanguageServerError: it did not answer well within `timeout_s`.
        """
        super().__init__(command, environment, folder)
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

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        try:
            self.given.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self.given.flush()
        except (OSError, ValueError) as error:
            raise LanguageServerError("it has ended") from error

    def _receive(self) -> dict[str, Any]:
        length = 0
        while line := self.told.readline().strip():
            if line.lower().startswith(_LENGTH):
                length = int(line[len(_LENGTH) :])
        body = self.told.read(length) if 0 < length <= _MAX_MESSAGE_BYTES else b""
        try:
            message = json.loads(body)
        except ValueError as error:
            raise LanguageServerError("it has ended") from error
        return message if isinstance(message, dict) else {}
