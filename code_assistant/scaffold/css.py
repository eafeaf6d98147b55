"""A style sheet of a scaffold. Its one rule: every value that a designer decides is a custom property."""

from __future__ import annotations

from code_assistant.scaffold.layout import ScaffoldFile, about, fill
from code_assistant.scaffold.naming import ascii_words, fit, kebab
from code_assistant.scaffold.outline import Outline
from code_assistant.scaffold.vocabulary import VERBS

_SHEET = """
/*
$about
 *
 * Markup: an element of class $slug that holds
 * ${slug}__title, ${slug}__content
 * and ${slug}__action.
 */

.$slug {
  --$slug-background: #ffffff;
  --$slug-text: #1f2933;
  --$slug-accent: #0b5cad;
  --$slug-on-accent: #ffffff;
  --$slug-space: 1rem;
  --$slug-radius: 0.5rem;

  display: grid;
  gap: var(--$slug-space);
  padding: var(--$slug-space);
  border-radius: var(--$slug-radius);
  background-color: var(--$slug-background);
  color: var(--$slug-text);
}

.${slug}__title {
  margin: 0;
  font-size: 1.5rem;
  line-height: 1.25;
}

.${slug}__content {
  max-width: 65ch;
  line-height: 1.5;
}

.${slug}__action {
  justify-self: start;
  padding: 0.5em 1em;
  border: 0.125rem solid transparent;
  border-radius: var(--$slug-radius);
  background-color: var(--$slug-accent);
  color: var(--$slug-on-accent);
  font: inherit;
  transition: background-color 150ms ease-in-out;
}

.${slug}__action:focus-visible {
  outline: 0.1875rem solid var(--$slug-text);
  outline-offset: 0.125rem;
}

@media (min-width: 48rem) {
  .$slug {
    grid-template-columns: 1fr 2fr;
  }

  .${slug}__title {
    grid-column: 1 / -1;
  }
}

@media (prefers-color-scheme: dark) {
  .$slug {
    --$slug-background: #1f2933;
    --$slug-text: #f5f7fa;
    --$slug-accent: #7cc0ff;
    --$slug-on-accent: #10202f;
  }
}

@media (prefers-reduced-motion: reduce) {
  .${slug}__action {
    transition: none;
  }
}
"""
_ANIMATION = """
/* The element that moves: ${slug}__motion, in the block. */
@media (prefers-reduced-motion: no-preference) {
  .${slug}__motion {
    animation: $slug-$name 1s linear infinite;
  }
}

@keyframes $slug-$name {
  $frames
}
"""
_FRAMES = {
    "turn": "to {\n  transform: rotate(1turn);\n}",
    "fade": "from {\n  opacity: 0;\n}\n\nto {\n  opacity: 1;\n}",
    "pulse": "50% {\n  opacity: 0.5;\n}",
    "slide": "from {\n  transform: translateX(-100%);\n}",
    "bounce": "50% {\n  transform: translateY(-25%);\n}",
}
_MOTIONS = (
    (frozenset(["spinner", "spin", "spinning", "rotate", "rotating", "loader"]), "turn"),
    (frozenset(["fade", "fading", "fades"]), "fade"),
    (frozenset(["slide", "sliding", "slides", "marquee"]), "slide"),
    (frozenset(["bounce", "bouncing", "bounces"]), "bounce"),
    (
        frozenset(["animate", "animates", "animated", "animation", "animations", "pulse", "pulsing", "skeleton"]),
        "pulse",
    ),
)
_TEST = """
/**
 * Tests of $slug.css: the last one fails until the states are designed.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const sheet = await readFile(new URL("./$slug.css", import.meta.url), "utf8");

test("every custom property that is used is declared", () => {
  const declared = new Set([...sheet.matchAll(/^ +(--[a-z0-9-]+):/gm)].map((match) => match[1]));
  const used = [...sheet.matchAll(/var\\((--[a-z0-9-]+)/g)].map((match) => match[1]);

  assert.deepEqual(used.filter((name) => !declared.has(name)), []);
});

test("the focus is visible and motion can be turned off", () => {
  assert.match(sheet, /:focus-visible/);
  assert.match(sheet, /prefers-reduced-motion: reduce/);
});

// Fails by design: design the states, then state here what else the sheet must hold.
test("the states of the action are designed", () => {
  for (const state of [":hover", ":active", ":disabled"]) {
    assert.ok(sheet.includes(state), "not designed yet: " + state);
  }
});
"""


def _motion(outline: Outline, slug: str) -> str:
    """The animation, where the request asks for one."""
    said = {*ascii_words(outline.text)}
    name = next((name for words, name in _MOTIONS if words & said), "")
    return f"\n{fill(_ANIMATION, slug=slug, name=name, frames=_FRAMES[name])}" if name else ""


def files(outline: Outline, *, include_tests: bool) -> tuple[ScaffoldFile, ...]:
    """Return the style sheet, and where asked a test of it that Node runs."""
    subject = fit(outline.subject[outline.subject[0] in VERBS :], outline.subject)
    slug = kebab(subject)
    motion = _motion(outline, slug)
    sheet = fill(_SHEET, about=about(outline, " * ", "css"), slug=slug)
    found = [ScaffoldFile(f"{slug}.css", "css", "source", sheet + motion)]
    if include_tests:
        found.append(ScaffoldFile(f"{slug}.test.mjs", "javascript", "test", fill(_TEST, slug=slug)))
    return tuple(found)
