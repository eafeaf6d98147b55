"""The words that items are about: what a rule can find broken in a text, that text has something of."""

from __future__ import annotations

import pytest

from coding_standards.languages import NAMES, find_language
from coding_standards.library.store import load_library
from coding_standards.rules import ANY

LIBRARY = load_library()


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_rule_finds_its_items_speak_of(name: str) -> None:
    language = find_language(name)
    items = {item.id: item for item in LIBRARY.items_of(language)}
    unspoken = [
        (rule.id, item_id, example.code)
        for rule in LIBRARY.rules_for(language)
        for example in rule.invalid
        if rule.language != ANY or (example.path or "a.py").endswith(language.suffixes)
        for item_id in rule.items
        if (about := items[item_id].about) and not any(word in example.code.casefold() for word in about)
    ]
    assert unspoken == []
