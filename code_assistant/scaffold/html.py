"""An HTML page of a scaffold. Its one rule: it is complete and accessible; only the words are still to be written."""

from __future__ import annotations

import re

from code_assistant.scaffold.layout import ScaffoldFile, about, fill
from code_assistant.scaffold.naming import ascii_words, kebab
from code_assistant.scaffold.outline import Outline
from code_assistant.scaffold.parameters import Parameter, subject_parameters
from code_assistant.scaffold.wording import heading

PLACEHOLDER = "Not written yet"

_PAGE = """
<!DOCTYPE html>
<!--
$about
-->
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>$title</title>
    <meta name="description" content="$placeholder: what this page is for.">
  </head>
  <body>
    <a href="#main">Skip to the content</a>
    <header>
      <p>$placeholder: the name of the site.</p>
    </header>
    $navigation
    <main id="main">
      <h1>$title</h1>
      <p>$placeholder: what the reader finds here.</p>
      $content
    </main>
    <footer>
      <p>$placeholder: who is behind this page.</p>
    </footer>
  </body>
</html>
"""
_NAVIGATION = """
<nav aria-label="Main">
  <ul>
    <li><a href="#main" aria-current="page">$title</a></li>
    <li><a href="#more">More</a></li>
  </ul>
</nav>
"""
_SECTION = """
<section id="more" aria-labelledby="more-title">
  <h2 id="more-title">More</h2>
  <p>$placeholder: the next thing that the reader wants to know.</p>
</section>
"""
_FORM = """
<form action="/$slug" method="post">
  $fields
  <button type="submit">Send</button>
</form>
"""
_FIELD = """
<p>
  <label for="field-$slug">$label</label>
  <input id="field-$slug" name="$name" $attributes>
</p>
"""
_AREA = """
<p>
  <label for="field-$slug">$label</label>
  <textarea id="field-$slug" name="$name" rows="6" required></textarea>
</p>
"""
_TABLE = """
<table>
  <caption>$title</caption>
  <thead>
    <tr>
      $heads
    </tr>
  </thead>
  <tbody>
    <tr>
      $cells
    </tr>
  </tbody>
</table>
"""
_TEST = """
/**
 * Tests of $slug.html: the last one fails until the texts of the page are written.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const page = await readFile(new URL("./$slug.html", import.meta.url), "utf8");

test("the page names its language, its title and its main part", () => {
  assert.match(page, /<html lang="[a-z]/);
  assert.match(page, /<title>[^<]+/);
  assert.match(page, /<main[ >]/);
});

test("every input has a label", () => {
  const inputs = [...page.matchAll(/<(?:input|textarea) id="([^"]+)"/g)].map((match) => match[1]);
  const labels = [...page.matchAll(/<label for="([^"]+)"/g)].map((match) => match[1]);

  assert.deepEqual(inputs, labels);
});

// Fails by design: write the texts, then state here what the page must say.
test("the texts of the page are written", () => {
  const unwritten = page.split("$placeholder").length - 1;

  assert.equal(unwritten, 0, "the page still holds texts that are not written");
});
"""
_LANDING = frozenset(["landing", "homepage", "website", "site", "home"])
_LONG = frozenset(["message", "comment", "content", "body", "description", "text"])
_FORM_OF = re.compile(r"\b([A-Za-z]{3,20}) form\b", re.IGNORECASE)
_NAVIGATION_WORDS = frozenset(["nav", "navbar", "navigation", "menu", "sidebar"])
_INPUT_TYPES = {
    "email": "email",
    "mail": "email",
    "password": "password",
    "url": "url",
    "website": "url",
    "phone": "tel",
    "date": "date",
}
_AUTOCOMPLETE = {
    "email": "email",
    "username": "username",
    "password": "current-password",
    "name": "name",
    "phone": "tel",
}


def files(outline: Outline, *, include_tests: bool) -> tuple[ScaffoldFile, ...]:
    """Return the page, and where asked a test of it that Node runs."""
    slug = kebab(outline.subject)
    found = [ScaffoldFile(f"{slug}.html", "html", "source", _page(outline))]
    if include_tests:
        test = fill(_TEST, slug=slug, placeholder=PLACEHOLDER)
        found.append(ScaffoldFile(f"{slug}.test.mjs", "javascript", "test", test))
    return tuple(found)


def _page(outline: Outline) -> str:
    has_menu = bool(_NAVIGATION_WORDS & set(outline.subject))
    guessed = [entry.words for entry in outline.parameters] == [("name",)]
    if outline.kind == "table":
        content = _table(outline)
    elif guessed and outline.kind in ("page", "component", "stylesheet") and not _asks_for_form(outline):
        content = fill(_SECTION, placeholder=PLACEHOLDER)
    else:
        is_part = outline.kind == "page" and _LANDING & {*ascii_words(outline.text)}
        section = fill(_SECTION, placeholder=PLACEHOLDER) if has_menu or is_part else ""
        content = section + _form(outline) if is_part else _form(outline) + section
    return fill(
        _PAGE,
        about=about(outline, "  ", "html", "html5"),
        title=outline.title,
        placeholder=PLACEHOLDER,
        content=content,
        navigation=fill(_NAVIGATION, title=outline.title) if has_menu else "",
    )


def _asks_for_form(outline: Outline) -> bool:
    return bool({"form", "forms"} & {*ascii_words(outline.text)})


def _form(outline: Outline) -> str:
    slug, entries = kebab(outline.subject), outline.parameters
    if [entry.words for entry in entries] == [("name",)] and (match := _FORM_OF.search(outline.text)):
        slug, entries = match[1].lower(), subject_parameters((match[1].lower(),), (), (), "page")
    fields = [
        fill(
            _AREA if entry.words[-1] in _LONG else _FIELD,
            slug=kebab(entry.words),
            label=heading(entry.words),
            name="_".join(entry.words),
            attributes=_attributes(entry),
        )
        for entry in entries
    ]
    return fill(_FORM, slug=slug, fields="".join(fields))


def _attributes(entry: Parameter) -> str:
    if entry.type == "flag":
        return 'type="checkbox" value="true"'
    if entry.type in ("whole", "number"):
        step = ' step="any"' if entry.type == "number" else ""
        return f'type="number"{step}' + ' min="0"' * entry.is_count + " required"
    kind = "password" if entry.is_secret else _INPUT_TYPES.get(entry.words[-1], "text")
    hint = _AUTOCOMPLETE.get(entry.words[-1]) if len(entry.words) == 1 else None
    return f'type="{kind}"' + (f' autocomplete="{hint}"' if hint else "") + " required"


def _table(outline: Outline) -> str:
    heads = [f'<th scope="col">{heading(entry.words)}</th>' for entry in outline.parameters]
    cells = [f"<td>{PLACEHOLDER}</td>" for _ in outline.parameters]
    return fill(_TABLE, title=outline.title, heads="\n".join(heads), cells="\n".join(cells))
