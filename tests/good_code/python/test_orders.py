"""The store keeps what it is given."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import requests
from requests_mock import Mocker

from shop.money import Money
from shop.store import NotFoundError, Store

PASSWORD = "not-a-real-one"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "a.db")
    yield made
    made.close()


@pytest.fixture(scope="session", params=["EUR", "USD"], ids=str.lower)
def currency(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("1", Money("1"), id="whole"),
        pytest.param("1.5", Money("1.5"), id="half"),
        pytest.param("x", None, marks=pytest.mark.xfail(reason="not parsed yet", strict=True)),
    ],
)
def test_amounts_are_read(given: str, expected: Money | None) -> None:
    assert Money.parse(given) == expected


def test_a_missing_key_is_named(store: Store) -> None:
    with pytest.raises(NotFoundError, match="'a'") as caught:
        store["a"]
    assert caught.value.key == "a"


def test_amounts_of_different_currencies_do_not_compare() -> None:
    with pytest.raises(TypeError):
        Money("1", "EUR") < Money("1", "USD")
    with pytest.raises(TypeError):
        Money("1") < None
    with pytest.raises(TypeError):
        _ = Money("1") + 1


def test_it_survives_a_copy_and_a_pickle(currency: str) -> None:
    money = Money("1", currency)
    assert copy.deepcopy(money) == money
    assert pickle.loads(pickle.dumps(money)) == money


@pytest.mark.skipif("sys.platform == 'win32'", reason="needs signals")
@pytest.mark.usefixtures("store")
def test_rates_are_fetched_once(requests_mock: Mocker, monkeypatch: pytest.MonkeyPatch) -> None:
    requests_mock.get("https://rates.example.org", json={"EUR": 1})
    monkeypatch.setenv("API_KEY", "test-key")
    answer = requests.get("https://rates.example.org", timeout=1)
    assert answer.json() == {"EUR": 1}, "no rates"


class TestTransfer:
    """Money moves."""

    @mock.patch("shop.store.send")
    def test_it_is_sent(self, send: mock.Mock, caplog: pytest.LogCaptureFixture) -> None:
        send.side_effect = [OSError, None]
        Store.transfer("a", "b")
        assert send.call_count == 2
        assert "retry" in caplog.text

    async def test_it_waits(self) -> None:
        assert await Store.ready() is True
