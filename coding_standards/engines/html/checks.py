"""Named checks of the `html` engine: each walks the elements of a page and yields those that break it.

A check must hold for a fragment too: what only a whole document needs is asked of whole documents only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from coding_standards.engines.html.template import find_marks
from coding_standards.engines.html.tree import Element, Page
from coding_standards.engines.named import Check, Hit

_LABELLABLE = frozenset(["input", "select", "textarea"])
_UNLABELLED_TYPES = frozenset(["hidden", "submit", "button", "reset", "image"])
_INTERACTIVE = frozenset(["a", "button", "label", "form", "select", "textarea"])
_FOCUSED = frozenset(["button", "select", "textarea", "iframe", "embed", "details"])
_ROLES = re.compile(
    r"alert|alertdialog|application|article|associationlist\w*|banner|blockquote|button|caption|cell|checkbox|code|columnheader"
    r"|combobox|comment|complementary|contentinfo|definition|deletion|dialog|directory|document|emphasis|feed|figure|form"
    r"|generic|grid|gridcell|group|heading|image|img|insertion|link|list|listbox|listitem|log|main|mark|marquee|math|menu"
    r"|menubar|menuitem|menuitemcheckbox|menuitemradio|meter|navigation|none|note|option|paragraph|presentation|progressbar"
    r"|radio|radiogroup|region|row|rowgroup|rowheader|scrollbar|search|searchbox|sectionfooter|sectionheader|separator"
    r"|slider|spinbutton|status|strong|subscript|suggestion|superscript|switch|tab|table|tablist|tabpanel|term|text|textbox"
    r"|time|timer|toolbar|tooltip|tree|treegrid|treeitem|doc-[a-z]+|graphics-[a-z]+"
)
_ATTRIBUTES = (
    "activedescendant atomic autocomplete braillelabel brailleroledescription busy checked colcount colindex "
    "colindextext colspan controls current describedby description details disabled dropeffect errormessage "
    "expanded flowto grabbed haspopup hidden invalid keyshortcuts label labelledby level live modal multiline "
    "multiselectable orientation owns placeholder posinset pressed readonly relevant required roledescription "
    "rowcount rowindex rowindextext rowspan selected setsize sort valuemax valuemin valuenow valuetext actions"
)
_ARIA = frozenset(_ATTRIBUTES.split())
_BINARY = "atomic busy disabled expanded grabbed hidden modal multiline multiselectable readonly required selected"
_TRUE_OR_FALSE = frozenset(_BINARY.split())
_TRUTHS = frozenset(["true", "false", "undefined"])

_LOADING = {
    "script": "src", "iframe": "src", "frame": "src", "embed": "src", "link": "href", "object": "data",
    "form": "action", "button": "formaction", "input": "formaction",
}  # fmt: skip
_PLACEHOLDER = re.compile(r">\s{0,200}%[a-z][A-Za-z0-9_.-]{0,60}%\s{0,200}<")
_REMOTE = re.compile(r"\s*http://(\[[0-9a-f:]*\]|[^/?#:\s]*)", re.IGNORECASE)
_NEARBY = re.compile(
    r"\[::1\]|localhost|.*\.(localhost|local|test)|(127|10)(\.\d+){3}|0\.0\.0\.0|192\.168(\.\d+){2}"
    r"|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|host\.docker\.internal",
    re.IGNORECASE,
)
"""Hosts of this machine and of private networks (RFC 1918, 2606, 6761, 6762), which seldom have a certificate."""


def _hit(page: Page, element: Element, detail: str = "") -> Hit:
    return Hit(*page.place(element.offset), detail)


def _is_hidden(element: Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "hidden" in element.attributes or element.get("aria-hidden") == "true" or "display:none" in style


def attribute_required(
    page: Page,
    *,
    elements: tuple[str, ...] = (),
    any_of: tuple[str, ...] = (),
    value_pattern: str = "",
    when: str = "",
    when_pattern: str = "",
    unless: tuple[str, ...] = (),
    inside: str = "",
    documents_only: bool = False,
) -> Iterator[Hit]:
    """An element of `elements` without any of the attributes `any_of` (whose value matches `value_pattern`).

    Only where its attribute `when` matches `when_pattern`, it has none of `unless`, and it stands in an `inside`.
    """
    if documents_only and not page.is_document:
        return
    for one in page.elements:
        if one.name not in elements or _is_hidden(one) or any(one.get(name) is not None for name in unless):
            continue
        if when and not re.search(when_pattern, one.get(when) or "", re.IGNORECASE):
            continue
        if inside and all(above.name != inside for above in one.ancestors()):
            continue
        values = [one.get(name) for name in any_of]
        if not one.is_open and not any(
            value is not None and re.search(value_pattern, value, re.IGNORECASE) for value in values
        ):
            yield _hit(page, one, f"<{one.name}>")


def attribute_forbidden(
    page: Page, *, pattern: str = "", value_pattern: str = "", elements: tuple[str, ...] = ()
) -> Iterator[Hit]:
    """An attribute whose whole name matches `pattern`, and its value, as a browser reads it, `value_pattern`."""
    name_regex, value_regex = re.compile(pattern), re.compile(value_pattern, re.IGNORECASE)
    for one in page.elements:
        if elements and one.name not in elements:
            continue
        for name, value in one.attributes.items():
            if name_regex.fullmatch(name) and value_regex.search(_read(value)):
                yield _hit(page, one, f"{name} on <{one.name}>")
                break


def _read(value: str) -> str:
    """The value with its character references read, and without the line breaks that an address may hold."""
    return re.sub(r"[\t\r\n]", "", unescape(value)).strip()


def element_forbidden(page: Page, *, elements: tuple[str, ...] = ()) -> Iterator[Hit]:
    """An element that must not be used."""
    for one in page.elements:
        if one.name in elements:
            yield _hit(page, one, f"<{one.name}>")


def element_required(
    page: Page,
    *,
    elements: tuple[str, ...] = (),
    any_of: tuple[str, ...] = (),
    value_pattern: str = "",
    has_text: bool = False,
) -> Iterator[Hit]:
    """A whole document without the element: with text in it, with one of `any_of` that matches `value_pattern`."""
    heads = [one for one in page.elements if one.name == "head"]
    if not page.is_document or page.is_template or not heads or any(_is_filled(page, head) for head in heads[:1]):
        return
    for one in page.elements:
        if one.name not in elements or (has_text and not one.has_text):
            continue
        if any(above.name == "svg" for above in one.ancestors()):
            continue
        if not any_of or any(re.search(value_pattern, one.get(name) or "", re.IGNORECASE) for name in any_of):
            return
    yield Hit(0, 0)


def _is_filled(page: Page, head: Element) -> bool:
    """A build tool writes into the head: `%sveltekit.head%`, alone between tags."""
    end = page.code.lower().find("</head", head.offset)
    return end > 0 and _PLACEHOLDER.search(page.code, head.offset, end + 1) is not None


def doctype(page: Page, *, pattern: str = "") -> Iterator[Hit]:
    """With `pattern` a doctype that does not match it; else a whole document without one."""
    if pattern:
        if page.doctype is not None and not re.fullmatch(pattern, page.doctype, re.IGNORECASE | re.DOTALL):
            yield Hit(1, 1, page.doctype[:60])
    elif page.doctype is None and not page.is_template and page.elements and page.elements[0].name == "html":
        yield Hit(1, 1)


def unique_ids(page: Page) -> Iterator[Hit]:
    """An id that another element has; not in what a template engine or a `<template>` repeats."""
    if page.is_template:
        return
    seen: set[str] = set()
    for one in page.elements:
        value = one.attributes.get("id", "")
        if not value or any(above.name in {"template", "noscript"} for above in one.ancestors()):
            continue
        if value in seen:
            yield _hit(page, one, f"#{value[:40]}")
        seen.add(value)


def duplicate_attributes(page: Page) -> Iterator[Hit]:
    """A tag that gives one attribute twice; browsers drop the second."""
    for one in page.elements:
        if one.repeated and not page.is_template:
            yield _hit(page, one, f"{one.repeated[0]} on <{one.name}>")


def table_headers(page: Page) -> Iterator[Hit]:
    """A table of two rows and columns or more without a header cell, that does not say it is only layout."""
    tables = [one for one in page.elements if one.name == "table"]
    # Only innermost ones are looked into: who nests tables lays out with them, and none is walked through twice.
    outer = {next((above for above in table.ancestors() if above.name == "table"), None) for table in tables}
    for table in tables:
        if table in outer or page.is_template or table.get("role") is not None:
            continue
        rows = [row for row in _inside(table) if row.name == "tr"]
        cells = [[cell.name for cell in row.children if cell.name in {"td", "th"}] for row in rows]
        is_grid = sum(len(row) > 1 for row in cells) > 1
        if is_grid and not any("th" in row for row in cells):
            yield _hit(page, table)


def _inside(element: Element) -> Iterator[Element]:
    pending = list(element.children)
    while pending:
        one = pending.pop()
        yield one
        pending.extend(one.children)


def heading_order(page: Page) -> Iterator[Hit]:
    """A heading more than one level below the one before it."""
    last = 0
    for one in page.elements:
        level = one.attributes.get("aria-level", "") if one.get("role") == "heading" else one.name.removeprefix("h")
        if re.fullmatch(r"[1-6]", level) and not page.is_template:
            if 0 < last < int(level) - 1:
                yield _hit(page, one, f"<h{level}> after <h{last}>")
            last = int(level)


def control_label(page: Page) -> Iterator[Hit]:
    """A form control that nothing names: no label around it, none for its id, no aria-label, no title."""
    labelled = {one.get("for") for one in page.elements if one.name == "label"}
    for one in page.elements:
        if one.name not in _LABELLABLE or (one.get("type") or "").lower() in _UNLABELLED_TYPES or _is_hidden(one):
            continue
        if any(one.get(name) for name in ("aria-label", "aria-labelledby", "title")):
            continue
        if any(above.name == "label" or _is_hidden(above) for above in one.ancestors()):
            continue
        identity = one.get("id")
        if identity not in labelled and (identity is None or page.is_document) and not page.is_template:
            yield _hit(page, one, f"<{one.name}>")


def nested_interactive(page: Page) -> Iterator[Hit]:
    """A link, button, label or form inside another of its kind, or what takes the focus inside a link or button."""
    for one in page.elements:
        if one.name in _INTERACTIVE or _takes_focus(one):
            for above in one.ancestors():
                is_link = above.name == "button" or (above.name == "a" and above.get("href") is not None)
                if above.name == one.name in _INTERACTIVE or (is_link and one.name not in {"label", "form"}):
                    if not (one.name == "a" and one.get("href") is None):
                        yield _hit(page, one, f"<{one.name}> in <{above.name}>")
                    break


def _takes_focus(one: Element) -> bool:
    """Whether the keyboard reaches it (https://html.spec.whatwg.org/#interactive-content, and `tabindex`)."""
    if one.get("disabled") is not None or (one.get("tabindex") or "").startswith("-"):
        return False
    if one.name == "input":
        return (one.get("type") or "").lower() != "hidden"
    by_attribute = {"a": "href", "area": "href", "video": "controls", "audio": "controls"}.get(one.name, "tabindex")
    return one.name in _FOCUSED or one.get(by_attribute) is not None


def hidden_focus(page: Page) -> Iterator[Hit]:
    """What takes the focus, in a part that is hidden from screen readers."""
    for one in page.elements:
        if _takes_focus(one) and not page.is_template:
            around = (one, *one.ancestors())
            is_away = any("hidden" in above.attributes or "inert" in above.attributes for above in around)
            if not is_away and any(above.attributes.get("aria-hidden") == "true" for above in around):
                yield _hit(page, one, f"<{one.name}>")


def accessible_name(page: Page, *, elements: tuple[str, ...] = ("a", "button")) -> Iterator[Hit]:
    """A link (with href) or button without text, label, title, or a named picture in it."""
    named = _name(page)
    for one in page.elements:
        if one.name not in elements or (one.name == "a" and not one.get("href")) or _is_hidden(one):
            continue
        if any(above.name == "template" or _is_hidden(above) for above in one.ancestors()):
            continue
        bound = any(re.match(r"v-|x-|:|\[|ng-|data-", name) or name.endswith("=") for name in one.attributes)
        if not bound and one not in named:
            yield _hit(page, one, f"<{one.name}>")


def _name(page: Page) -> set[Element]:
    """The elements that have a name, or hold one that has; inner before outer, so that each is looked at once."""
    named: set[Element] = set()
    for one in reversed(page.elements):
        if one in named or _has_name(one):
            named.add(one)
            if one.parent is not None:
                named.add(one.parent)
    return named


def _has_name(one: Element) -> bool:
    named = any((one.get(name) or "").strip() for name in ("aria-label", "aria-labelledby", "title"))
    picture = one.name in {"img", "input", "area"} and bool((one.get("alt") or one.get("value") or "").strip())
    shown = one.has_text and one.name not in {"script", "style"} and one.get("aria-hidden") != "true"
    return named or picture or shown or one.name in {"slot", "object"} or "-" in one.name


def known_aria(page: Page) -> Iterator[Hit]:
    """An attribute that begins with `aria-` and is none of the specification's (WAI-ARIA 1.3), or one that is true or
    false and says neither."""
    for one in page.elements:
        for name, value in one.attributes.items():
            if not name.startswith("aria-") or set(name) & set("{<[:$"):
                continue
            is_word = name[5:] in _TRUE_OR_FALSE and re.fullmatch(r"[a-z]+|\d", value, re.IGNORECASE)
            if name[5:] not in _ARIA or (is_word and value.lower() not in _TRUTHS and not page.is_template):
                yield _hit(page, one, name)


def known_role(page: Page) -> Iterator[Hit]:
    """A `role` none of whose words is an ARIA role."""
    for one in page.elements:
        words = (one.attributes.get("role") or "").lower().split()
        if words and not page.is_template and not any(_ROLES.fullmatch(word) for word in words):
            yield _hit(page, one, words[0][:30])


def insecure_resource(page: Page) -> Iterator[Hit]:
    """Code, styles or frames that are loaded, or a form that is sent, over plain http (but from nearby)."""
    for one in page.elements:
        kinds = (one.get("rel") or "").lower().split()
        loads = {"stylesheet", "modulepreload"} & {*kinds} or (
            "preload" in kinds and (one.get("as") or "").lower() in {"script", "style", "font", "worker"}
        )
        name = _LOADING.get(one.name) if one.name != "link" or loads else None
        address = _REMOTE.match(_read(one.attributes.get(name, ""))) if name else None
        if name and address and not _NEARBY.fullmatch(address[1]):
            yield _hit(page, one, one.attributes[name].strip()[:60])


def template_code(page: Page, *, pattern: str = "", in_scripts: bool = False) -> Iterator[Hit]:
    """Code of a template engine that fits `pattern`; with `in_scripts` only where it writes a part of a script."""
    scripts = [one.raw for one in page.elements if one.name == "script" and one.raw is not None]
    for mark in find_marks(page.code):
        is_in_script = any(start <= mark.start() < end for start, end in scripts) if in_scripts else True
        if is_in_script and re.search(pattern, mark[0], re.IGNORECASE):
            yield Hit(*page.place(mark.start()), mark[0][:40])


def integrity(page: Page, *, hosts: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A script or style sheet from one of `hosts` without `integrity`."""
    for one in page.elements:
        if one.name == "script" or (one.name == "link" and "stylesheet" in (one.get("rel") or "").lower()):
            address = re.match(
                r"(?:https?:)?//([^/?#]+)", one.attributes.get("src", one.attributes.get("href", "")).strip()
            )
            if address and address[1].lower() in hosts and not one.get("integrity"):
                yield _hit(page, one, address[1])


def password_form(page: Page) -> Iterator[Hit]:
    """A form with a password field whose method is GET: the password lands in the address and in logs."""
    forms = {one.attributes["id"]: one for one in page.elements if one.name == "form" and "id" in one.attributes}
    secret: set[Element] = set()
    for one in page.elements:
        above = next((above for above in one.ancestors() if above.name == "form"), None)
        form = forms.get(one.attributes.get("form", ""), above)
        if form is None:
            continue
        if one.name == "input" and (one.get("type") or "").lower() == "password":
            method = form.get("method")
            if (method or "").lower() == "get" or (not method and form.get("action")):
                yield _hit(page, form)
            secret.add(form)
        elif form in secret and (one.get("formmethod") or "").lower() == "get":
            yield _hit(page, one)


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        accessible_name, attribute_forbidden, attribute_required, control_label, doctype, duplicate_attributes,
        element_forbidden, element_required, heading_order, hidden_focus, insecure_resource, integrity, known_aria,
        known_role, nested_interactive, password_form, table_headers, template_code, unique_ids,
    )
}  # fmt: skip
"""Every check that a rule of engine `html` can name."""
