"""No key, login or password of the user's is shown: not in the status, not in errors, not in a log of any level."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import pytest

from code_assistant.children.launch import HttpLaunch, Mask, show_url
from code_assistant.logs import _MaskedFormatter, build_mask
from code_assistant.settings import SettingsError, read_settings
from tests.support.raw_server import RawServer, clean_environment

SCRIPT = Path(__file__).resolve().parents[2] / "code-assistant-server.py"
NOBODY = "127.0.0.1:9"  # the discard port: nothing listens there
SECRETS = {
    "CONTEXT7_API_KEY": "ctx7sk-SECRETAAA111222333",
    "CODE_ASSISTANT_CONTEXT7_URL": f"http://user:SECRETCCC999@{NOBODY}/mcp?api_key=SECRETDDD999&x=SECRETK3Y4z9w8v7",
    "CONTEXT7_API_URL": f"http://SECRETEEE999@{NOBODY}/api",
    "HTTPS_PROXY": f"http://proxy:SECRET%2FFFF999@{NOBODY}",
    "NO_PROXY": "127.0.0.1",
}
MODEL = {"OPENAI_BASE_URL": f"http://user:SECRETGGG999@{NOBODY}/v1", "OPENAI_API_KEY": "sk-SECRETBBB111222333"}
ANSWER_S = 60.0


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:word@host:1/mcp?api_key=k#part", "http://host:1/mcp"),
        ("https://token@host/mcp", "https://host/mcp"),
        ("https://user:w@rd@host/mcp", "https://host/mcp"),
        ("https://host/@scope/mcp", "https://host/@scope/mcp"),
        ("https://mcp.context7.com/mcp", "https://mcp.context7.com/mcp"),
    ],
)
def test_a_url_is_shown_without_what_may_be_secret_in_it(url: str, shown: str) -> None:
    assert show_url(url) == shown
    assert HttpLaunch(url).shown == shown


@pytest.mark.parametrize(
    "text",
    [
        "POST http://user:SECRET@host/mcp",
        "POST https://host/mcp?x=1&api_key=SECRET&y=2",
        "GET /mcp?access_token=SECRET HTTP/1.1",
        "npx far --api-key SECRET --port 1",
        "npx far --far-token=SECRET",
    ],
)
def test_what_looks_like_a_secret_is_masked_though_nobody_knows_it(text: str) -> None:
    assert Mask()(text) == text.replace("user:SECRET", "***").replace("SECRET", "***")


def test_text_without_secrets_stays_as_it_is() -> None:
    text = "npx far --max-tokens 500 --keys a; see https://host/a?page=2#b and mail me@host"
    assert Mask()(text) == text


def test_everything_secret_in_the_settings_is_known_to_the_mask() -> None:
    settings = read_settings(clean_environment(**SECRETS, **MODEL, CODE_ASSISTANT_MODEL="m"))
    text = json.dumps({**SECRETS, **MODEL}) + " SECRETCCC999 SECRETDDD999 SECRETEEE999 SECRET/FFF999 SECRETGGG999"
    assert "SECRET" not in build_mask(settings)(text)
    assert "SECRET" not in settings.served_by
    assert NOBODY in settings.served_by


def test_a_refused_setting_does_not_tell_its_password() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({"OPENAI_BASE_URL": MODEL["OPENAI_BASE_URL"]})
    assert "SECRET" not in str(refused.value)


def test_a_masked_log_still_tells_the_error(capfd: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_MaskedFormatter(Mask(["very-secret-value"])))
    try:
        raise ValueError("very-secret-value is wrong")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed: %s", (error,), (type(error), error, None))
    handler.handle(record)
    written = capfd.readouterr().err
    assert "ValueError: *** is wrong" in written
    assert "very-secret-value" not in written


async def test_the_server_tells_no_secret_at_debug_level_or_in_its_status() -> None:
    environment = clean_environment(
        **SECRETS, CODE_ASSISTANT_MODEL="offline", CODE_ASSISTANT_CONTEXT7="remote", CODE_ASSISTANT_LOG_LEVEL="DEBUG"
    )
    async with RawServer([sys.executable, SCRIPT], env=environment) as server:
        await server.initialize()
        generated = await server.call(
            "generate_code_with_context", ANSWER_S, request="Add numbers", libraries=["fastapi"]
        )
        status = await server.call("get_server_status", ANSWER_S)
        await server.wrote_to_stderr(f"http://***@{NOBODY}/mcp?api_key=***&x=***")
    told = json.dumps([generated, status])
    assert f"http://{NOBODY}/mcp" in told
    assert "SECRET" not in told
    assert "DEBUG" in server.stderr
    assert "SECRET" not in server.stderr
