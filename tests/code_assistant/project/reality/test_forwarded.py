"""Keywords that a function hands on by `**name`, to small packages written for the case and to the standard library."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_assistant.project.packages.environment import read_environment
from code_assistant.project.reality.judge import check_reality
from code_assistant.result import GeneratedFile

POST = """
from .sender import Sender, deliver
import post.sender as sender
def send(what, **options): return deliver(what, **options)
def wrap(what, **options):
    options.setdefault("paper", 1)
    with sender.Sender() as made:
        return made.send(what=what, **options)
def make(cls=None, **options):
    if cls is None:
        cls = Sender
    return cls(**options)
def keep(**options): return dict(options)
def anything(**options): return deliver("x", **options) or print(options)
"""
SENDER = """
class Sender:
    def __init__(self, speed=1): ...
    def send(self, what, weight=1): ...
def deliver(what, *, weight=1): ...
"""


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import post\npost.send('x', wieght=1)\n", "post.send has no argument `wieght`"),
        ("from post import wrap\nwrap('x', paper=1, weight=2, colour=3)\n", "wrap has no argument `colour`"),
        ("import post\npost.make(spead=1)\n", "post.make has no argument `spead`"),
        ("import json\njson.dumps({}, pretty=True)\n", "json.dumps has no argument `pretty`"),
        ("import post\npost.send('x', weight=1)\npost.make(speed=2)\npost.make(cls=dict, spead=1)\n", ""),
        ("import post\npost.keep(a=1)\npost.anything(a=1)\n", ""),
        ("import json\njson.dumps({}, indent=1, cls=E, pretty=True)\n", ""),
        ("import post\ndef f(post):\n    post.send('x', wieght=1)\n", ""),
    ],
)
def test_a_keyword_is_told_where_all_that_get_it_are_known(tmp_path: Path, code: str, told: str) -> None:
    site = tmp_path / "lib/python3.12/site-packages/post"
    site.mkdir(parents=True)
    (site / "__init__.py").write_text(POST, encoding="utf-8")
    (site / "sender.py").write_text(SENDER, encoding="utf-8")
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.0\n", encoding="utf-8")
    file = GeneratedFile(path="app.py", language="python", role="source", content=code)
    found = check_reality([file], [], read_environment(tmp_path)).findings
    assert [finding.message.partition(" in the")[0] for finding in found] == ([told] if told else [])
