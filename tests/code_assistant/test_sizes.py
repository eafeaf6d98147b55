"""How much an answer says beside the code, in both channels: two large hosts' models pay for each character."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.fakes.model_script import answer
from tests.fakes.openai_api import OpenAIFake
from tests.support.raw_server import RawServer, clean_environment

ROOT = Path(__file__).resolve().parents[2]
GENERATE = "generate_code_with_context"
WAIT_S = 60.0
SLUG = '''"""Make slugs of titles."""

import re
import unicodedata

_OTHER = re.compile(r"[^a-z0-9]+")


def slugify(title: str) -> str:
    """Return the title in lower case, with a hyphen for every run of other characters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii")
    return _OTHER.sub("-", plain.lower()).strip("-")
'''
ANSWER = {"files": [{"path": "slug.py", "content": SLUG}], "explanation": "It keeps ASCII letters and digits."}


async def test_a_slug_costs_two_kilobytes_beside_its_code_in_either_channel(tmp_path: Path) -> None:
    with OpenAIFake(lambda request: answer(ANSWER)) as api:
        variables = {"OPENAI_BASE_URL": api.base_url, "OPENAI_API_KEY": "x", "CODE_ASSISTANT_MODEL": "scripted"}
        async with RawServer(
            [sys.executable, ROOT / "code-assistant-server.py"], env=clean_environment(**variables), cwd=tmp_path
        ) as server:
            await server.initialize()
            result = await server.call(GENERATE, WAIT_S, request="make a slug")
    data = result["structuredContent"]
    assert data["status"] == "generated"
    assert list(data)[:3] == ["status", "checks", "files"]
    assert data["checks"]["findings"] == []
    assert "SEC-004" in data["checks"]["not_applicable"]
    assert len(json.dumps(data)) <= len(SLUG) + 2_048
    assert len(result["content"][0]["text"]) <= len(SLUG) + 2_048
