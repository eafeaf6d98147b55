"""`--doctor`: every precondition checked for itself, with the line that fixes what is not well."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import re
import shutil
import sys
from collections.abc import Awaitable
from pathlib import Path

from packaging.requirements import Requirement

from code_assistant.children.programs import run_program
from code_assistant.children.spec import ServerSpec
from code_assistant.context7 import docker
from code_assistant.context7.guard import load_usage
from code_assistant.context7.launch import OLDEST_NODE, node_version
from code_assistant.context7.reach import connects, find_endpoint, split_endpoint
from code_assistant.context7.registry import newest_digest
from code_assistant.documentation.cache import Cache
from code_assistant.logs import build_mask
from code_assistant.project.surroundings import TEAM, find_gaps
from code_assistant.settings import Settings
from code_assistant.status import describe_usage
from code_assistant.terminal.diagnosis import Diagnosis, Verdict
from code_assistant.terminal.models import list_models
from code_assistant.terminal.standards import examine_standards
from code_assistant.text.plain import plain_line

OLDEST_PYTHON = (3, 11)
DISTRIBUTION = "code-assistant"
REQUIREMENTS = Path(__file__).parents[2] / "requirements.txt"
_CONNECT_TIMEOUT_S = 3.0
_NPM_TIMEOUT_S = 10.0
"""npm asks its registry, which takes a second on a good line."""
_LOCAL_SERVERS = {11434: "Ollama", 1234: "LM Studio", 8080: "llama.cpp", 8000: "vLLM"}
"""The ports that these servers use unless told otherwise."""
_MODELS_ANSWER = re.compile(rb"HTTP/1\.[01] 200 .*\"(data|models|object)\"", re.DOTALL)


async def diagnose(settings: Settings) -> tuple[Diagnosis, ...]:
    """Check everything concurrently; each check is bounded by a few seconds."""
    checks: list[Awaitable[list[Diagnosis]]] = [
        _model(settings),
        examine_standards(settings),
        _containers(settings),
        _node(settings),
        _reach(settings),
        asyncio.to_thread(_quota, settings),
        _servers(settings),
        asyncio.to_thread(_places, settings),
    ]
    found = await asyncio.gather(*checks)
    return (_python(), _packages(), *(line for lines in found for line in lines))


def _python() -> Diagnosis:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return Diagnosis("Python", "ok", version)
    return Diagnosis("Python", "failed", version, "install Python 3.11 or newer")


def _packages() -> Diagnosis:
    wrong = []
    for requirement in _requirements():
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if version not in requirement.specifier:
            wrong.append(f"{requirement.name} {version} is not {requirement.specifier}")
    if not wrong:
        return Diagnosis("packages", "ok", "all that is required, in range")
    return Diagnosis("packages", "failed", "; ".join(wrong), f"{sys.executable} -m pip install -r requirements.txt")


def _requirements() -> list[Requirement]:
    """What a clone's requirements.txt asks for, or the installed distribution, without its extras."""
    if REQUIREMENTS.is_file():
        lines = [line for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines() if line.strip()]
    else:
        lines = importlib.metadata.requires(DISTRIBUTION) or []
    required = [Requirement(line) for line in lines]
    return [one for one in required if one.marker is None or one.marker.evaluate({"extra": ""})]


def _places(settings: Settings) -> list[Diagnosis]:
    """What the settings name and is not there; a folder of standards is looked into elsewhere."""
    gaps = (gap for gap in find_gaps(settings) if gap.what != TEAM)
    found = [Diagnosis(gap.what, "failed", gap.why, gap.remedy) for gap in gaps]
    folder = settings.cache_dir
    nearest = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    if not os.access(nearest, os.W_OK):
        remedy = "documentation is asked for each time; let CODE_ASSISTANT_CACHE_DIR name a folder of yours"
        found.append(Diagnosis("cache", "warning", f"{folder} cannot be written", remedy))
    return found


def _quota(settings: Settings) -> list[Diagnosis]:
    """What this user's calls have left of Context7's quota, as far as it is known."""
    cache = Cache(settings.cache_dir)
    if settings.context7 == "off" or not cache.path.is_file():
        return []
    load_usage(cache)
    said = "; ".join(describe_usage(cache.usage))
    refused: Verdict = "warning" if "context7_refuses" in cache.usage else "ok"
    plans = "https://context7.com/plans names the limits" if settings.context7_api_key else "set CONTEXT7_API_KEY"
    return [Diagnosis("quota", refused, said, plans if refused == "warning" else "")] if said else []


async def _servers(settings: Settings) -> list[Diagnosis]:
    """The servers of the config file; a file that is wrong has stopped the start already."""
    return list(await asyncio.gather(*(_server(spec, settings) for spec in settings.servers)))


async def _server(spec: ServerSpec, settings: Settings) -> Diagnosis:
    what = f"server {spec.name}"
    if spec.url is not None:
        host, port = split_endpoint(spec.url)
        if not await connects(host, port, _CONNECT_TIMEOUT_S):
            return Diagnosis(what, "failed", f"{host} is not reachable", "check its `url`, the network and the proxy")
        return Diagnosis(what, "ok", f"{host} answers")
    command = spec.command or ""
    # Where a relative path leads depends on the folder that it is started in.
    folder = Path(spec.cwd or ".") if "/" in command else Path()
    search = {**settings.environ, **spec.env}.get("PATH")
    if shutil.which(str(folder / command) if folder != Path() else command, path=search) is None:
        remedy = "install it, or give its whole path: hosts start servers with a bare PATH"
        return Diagnosis(what, "failed", f"{build_mask(settings)(command)} is not found", remedy)
    if spec.unread:
        return Diagnosis(what, "warning", build_mask(settings)(command), "; ".join(spec.unread))
    return Diagnosis(what, "ok", build_mask(settings)(command))


async def _model(settings: Settings) -> list[Diagnosis]:
    if settings.is_offline:
        return await _offline(settings)
    where = build_mask(settings)(settings.served_by)
    failed, names = await list_models(settings)
    if failed is not None:
        is_absent = settings.is_local and "not reachable" in failed.why
        remedy = "start the model server, or correct OPENAI_BASE_URL" if is_absent else failed.remedy
        return [Diagnosis("model", "failed", build_mask(settings)(failed.why), remedy)]
    if names and settings.model not in names:
        remedy = f"set CODE_ASSISTANT_MODEL to one that it has, such as {plain_line(names[0], 80)}"
        return [Diagnosis("model", "warning", f"{where} answers, but lists no {settings.model}", remedy)]
    return [Diagnosis("model", "ok", f"{settings.model} at {where}, which answers")]


async def _offline(settings: Settings) -> list[Diagnosis]:
    if settings.environ.get("CODE_ASSISTANT_MODEL"):
        return [Diagnosis("model", "ok", "offline, as set: answers are scaffolds")]
    local = await asyncio.gather(*(_local_model(port) for port in _LOCAL_SERVERS))
    found = [(port, name) for (port, name), model in zip(_LOCAL_SERVERS.items(), local, strict=True) if model]
    if found:
        port, name = found[0]
        remedy = f"OPENAI_BASE_URL=http://localhost:{port}/v1 CODE_ASSISTANT_MODEL=<a model it has> would use it"
        return [Diagnosis("model", "warning", f"none set, answers are scaffolds; {name} answers on {port}", remedy)]
    remedy = "set OPENAI_API_KEY, or OPENAI_BASE_URL and CODE_ASSISTANT_MODEL for a local server"
    return [Diagnosis("model", "warning", "none set: answers are scaffolds, written offline", remedy)]


async def _local_model(port: int) -> bool:
    """True when something on this port of this machine answers like OpenAI's list of models."""
    try:
        async with asyncio.timeout(_CONNECT_TIMEOUT_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return bool(_MODELS_ANSWER.match(await reader.read(65_536)))
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


async def _containers(settings: Settings) -> list[Diagnosis]:
    is_needed = settings.context7 == "docker"
    bad: Verdict = "failed" if is_needed else "warning"
    if settings.context7 not in ("docker", "auto"):
        return [Diagnosis("docker", "ok", f"not needed: CODE_ASSISTANT_CONTEXT7={settings.context7}")]
    version, why = await docker.engine_version(settings.environ)
    if version is None:
        remedy = (
            "start Docker, or set CODE_ASSISTANT_CONTEXT7=npx" if "running" in why else "install Docker, or use npx"
        )
        return [Diagnosis("docker", bad, why, remedy)]
    engine = Diagnosis("docker", "ok", f"engine {version}")
    if await docker.has_image(settings.context7_image, settings.environ):
        return [engine, await _image(settings)]
    remedy = f"docker pull {settings.context7_image}"
    return [engine, Diagnosis("image", bad, f"{settings.context7_image} is not on this machine", remedy)]


async def _node(settings: Settings) -> list[Diagnosis]:
    if settings.context7 not in ("npx", "auto"):
        return []
    bad: Verdict = "failed" if settings.context7 == "npx" else "warning"
    needed = ".".join(map(str, OLDEST_NODE))
    version = await node_version(settings.environ)
    if version is None or shutil.which("npx") is None:
        return [Diagnosis("node", bad, "node or npx is not installed", f"install Node.js {needed} or newer")]
    shown = ".".join(map(str, version))
    if version < OLDEST_NODE:
        return [Diagnosis("node", bad, shown, f"Context7 needs Node.js {needed} or newer")]
    return [Diagnosis("node", "ok", shown), await _package(settings)]


async def _package(settings: Settings) -> Diagnosis:
    """The pinned package, and whether npm has a newer one, which is no fault."""
    pinned = settings.context7_package
    name, _, version = pinned.rpartition("@")
    if not name or not re.fullmatch(r"\d+\.\d+\.\d+", version):
        remedy = "name one version in CODE_ASSISTANT_CONTEXT7_PACKAGE: what npx runs may change from start to start"
        return Diagnosis("package", "warning", f"{pinned} is not pinned", remedy)
    newest = await run_program(("npm", "view", name, "version"), settings.environ, _NPM_TIMEOUT_S)
    if not newest.is_ok or newest.output == version:
        return Diagnosis("package", "ok", pinned)
    found = f"{pinned} is pinned, {plain_line(newest.output, 40)} is out"
    return Diagnosis("package", "ok", found, f"CODE_ASSISTANT_CONTEXT7_PACKAGE={name}@{plain_line(newest.output, 40)}")


async def _image(settings: Settings) -> Diagnosis:
    """An image without a digest is whatever its registry sends; the one that is here can be named."""
    image = settings.context7_image
    here = await docker.image_digest(image, settings.environ)
    newest = await asyncio.to_thread(newest_digest, image) if here is not None else None
    return describe_image(image, here, newest)


def describe_image(image: str, here: str | None, newest: str | None) -> Diagnosis:
    """What to say of an image that is `here` as `name@sha256:...`, and under whose tag a registry has `newest`."""
    if here is None:
        return Diagnosis("image", "ok", image)
    name, _, digest = here.partition("@")
    found = image if "@sha256:" in image else f"{image}, not pinned"
    if newest is not None and newest != digest:
        remedy = (
            f"docker pull {image.partition('@')[0]}; CODE_ASSISTANT_CONTEXT7_IMAGE={name}@{newest} pins the new one"
        )
        return Diagnosis("image", "ok", f"{found}, and a newer one is out", remedy)
    pin = "" if "@sha256:" in image else f"CODE_ASSISTANT_CONTEXT7_IMAGE={here} pins the one here"
    return Diagnosis("image", "ok", found, pin)


async def _reach(settings: Settings) -> list[Diagnosis]:
    if settings.context7 == "off":
        return [Diagnosis("Context7", "ok", "switched off")]
    host, port = find_endpoint(settings)
    if await connects(host, port, _CONNECT_TIMEOUT_S):
        return [Diagnosis("Context7", "ok", f"{host} answers")]
    remedy = "check the network and the proxy; without it, answers come without its documentation"
    return [Diagnosis("Context7", "warning", f"{host} is not reachable", remedy)]
