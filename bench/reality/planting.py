"""Wrong names as models and people get them."""

from __future__ import annotations

import random


def misspell(name: str, chance: random.Random) -> str:
    """A letter lost, two swapped, a plural, another style, a prefix."""
    place = chance.randrange(1, max(2, len(name) - 1))
    swapped = name[: place - 1] + name[place : place + 1] + name[place - 1 : place] + name[place + 1 :]
    ways = [name[:place] + name[place + 1 :], swapped, f"{name}s", f"{name}_async", f"get_{name}", f"default_{name}"]
    if name[:1].isupper():  # a class, or what a package exports: no style has it begin otherwise
        ways = [name[:1] + name[1:].replace("_", ""), *ways[:3], f"{name}Async", f"Get{name}", f"Default{name}"]
    fitting = [way for way in ways if way != name and way.isidentifier() and way[:1].isupper() == name[:1].isupper()]
    return chance.choice(fitting or [f"{name}s"])
