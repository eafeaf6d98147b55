"""HTML as elements, read in one pass that never fails, with the places where the text is not HTML.

The rule: a flaw is certain only where the HTML standard calls it an error and a reader would fix it; what real pages do
everywhere, or what a template engine would still change, is not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.html.template import take_out
from coding_standards.engines.places import PlacedText


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _words("area base br col embed hr img input link meta param source track wbr")
_OLD_VOID = _words("basefont bgsound frame keygen command isindex spacer")
_RAW = _words("script style textarea title xmp iframe noembed noframes")
_ITEMS = frozenset(["li"])
_TERMS = frozenset(["dt", "dd"])
_CELLS = frozenset(["td", "th"])
_ROWS = frozenset(["tr", "td", "th"])
_SECTIONS = frozenset(["thead", "tbody", "tfoot", "tr", "td", "th", "colgroup", "caption"])
_BLOCKS = _words(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre section table ul search summary "
    "listing xmp"
)
_CLOSES: dict[str, frozenset[str]] = {
    **dict.fromkeys(_BLOCKS, frozenset(["p"])),
    "li": _ITEMS | {"p"},
    **dict.fromkeys(_TERMS, _TERMS | {"p"}),
    **dict.fromkeys(_CELLS, _CELLS | {"p"}),
    "tr": _ROWS | {"p", "colgroup", "caption"},
    **dict.fromkeys(["thead", "tbody", "tfoot"], _SECTIONS | {"p"}),
    "option": frozenset(["option"]),
    "optgroup": frozenset(["option", "optgroup"]),
    **dict.fromkeys(["rt", "rp", "rb", "rtc"], frozenset(["rt", "rp", "rb", "rtc"])),
    "body": frozenset(["head"]),
}
"""Which open elements a start tag closes (https://html.spec.whatwg.org/#optional-tags)."""
_OPTIONAL_END = (
    _SECTIONS | _ITEMS | _TERMS | {"p", "option", "optgroup", "rt", "rp", "rb", "rtc", "html", "head", "body"}
)

_TOKEN = re.compile(r"\S")
_NAME = re.compile(r"[A-Za-z][^\s/><]*")
_ATTRIBUTE = re.compile(
    r"[\s/]*([^\s\"'<>/=][^\s\"'<>/=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`][^\s\"'<>`]*)))?"
)
_SPREAD = frozenset(["v-bind", "x-bind", "th:attr", "th:alt-title"])
_TAKEN_OUT = re.compile(r"x{5,}")
"""What `take_out` leaves of template code that stands where an attribute would."""
_TAG_END = re.compile(r"[\s/]*>")


@dataclass(eq=False)
class Element:
    """A start tag and what it holds."""

    name: str
    """In lower case."""
    attributes: dict[str, str]
    """By name in lower case; the first of a name counts."""
    offset: int
    parent: Element | None = None
    children: list[Element] = field(default_factory=list)
    has_text: bool = False
    """Text directly in it, other than white space."""
    repeated: tuple[str, ...] = ()
    """Attributes given more than once."""
    raw: tuple[int, int] | None = None
    """Where the text of a script, a style sheet or the like begins and ends."""

    def ancestors(self) -> Iterator[Element]:
        """The elements around it, the nearest first, at most 64: nobody looks further."""
        above = self.parent
        for _ in range(64):
            if above is None:
                return
            yield above
            above = above.parent

    @property
    def is_open(self) -> bool:
        """Attributes come from elsewhere: `v-bind="image"`, `{...image}`, or a template engine's `{{ attributes }}`."""
        return any(name in _SPREAD or _TAKEN_OUT.fullmatch(name) for name in self.attributes)

    def get(self, name: str) -> str | None:
        """The value of an attribute, also where Vue or Angular bind it (`:alt`, `v-bind:alt`, `[alt]`)."""
        spellings = (":{}", "v-bind:{}", "[{}]", "[attr.{}]", "x-bind:{}", "th:{}")
        for spelling in (name, *(bound.format(name) for bound in spellings)):
            if spelling in self.attributes:
                return self.attributes[spelling] if spelling == name else self.attributes[spelling] or "bound"
        return None


@dataclass
class Page(PlacedText):
    """One parsed document or fragment."""

    elements: list[Element]
    flaws: list[Flaw]
    doctype: str | None
    is_template: bool
    """Written for a template engine: parts of it may be alternatives."""

    @property
    def is_document(self) -> bool:
        """A whole page, and not a fragment that is put into one."""
        return self.doctype is not None or any(one.name in {"html", "head", "body"} for one in self.elements[:50])


def parse_page(code: str) -> Page:
    """Read a document, a fragment, or anything at all."""
    text, is_template = take_out(code)
    reader = _PageReader(text, is_xml=bool(re.search(r"<\?xml|xmlns=|DTD XHTML", text[:2000])))
    reader.read()
    flaws = reader.flaws
    if is_template:
        flaws = [replace(flaw, is_certain=False) for flaw in flaws]
    return Page(code, reader.elements, flaws, reader.doctype, is_template)


class _PageReader:
    def __init__(self, text: str, is_xml: bool) -> None:
        self.text = text
        self.is_xml = is_xml
        self.elements: list[Element] = []
        self.flaws: list[Flaw] = []
        self.doctype: str | None = None
        self._open: list[Element] = []
        self._names: Counter[str] = Counter()
        self._outside = -1
        """Where there is text outside every element."""
        self._is_over = False
        """`</html>` has been read."""

    def read(self) -> None:
        """Go through the whole text once."""
        position = 0
        while match := _TOKEN.search(self.text, position):
            start = match.start()
            following = self.text[start + 1 : start + 2]
            if match[0] != "<" or not re.match(r"[A-Za-z/!?]", following):
                if self._open:
                    self._open[-1].has_text = True
                elif self._outside < 0 or self._is_over:
                    self._outside = start
                position = self.text.find("<", start + 1)
                if position < 0:
                    break
            elif following in "!?":
                position = self._declaration(start)
            elif following == "/":
                position = self._end_tag(start)
            else:
                position = self._start_tag(start)
        self._finish()

    def _flaw(self, offset: int, message: str, *, is_certain: bool = True) -> None:
        self.flaws.append(Flaw(offset, message, is_certain))

    def _declaration(self, start: int) -> int:
        is_comment = self.text.startswith("<!--", start)
        closer = "-->" if is_comment else "]]>" if self.text.startswith("<![CDATA[", start) else ">"
        end = self.text.find(closer, start + (2 if is_comment else 1))
        if end < 0:
            self._flaw(start, "This comment or declaration is never closed.")
            return len(self.text)
        body = self.text[start + 2 : end]
        if body[:7].lower() == "doctype" and self.doctype is None:
            self.doctype = body[7:].strip()
        return end + len(closer)

    def _end_tag(self, start: int) -> int:
        name = _NAME.match(self.text, start + 2)
        end = self.text.find(">", start)
        if name is None or end < 0 or self.text[name.end() : end].strip(" \t\r\n/"):
            self._flaw(start, "This end tag is not complete.")
            if name:
                self._close(name[0].lower(), start)
            return name.end() if name else start + 2
        self._close(name[0].lower(), start)
        self._is_over = self._is_over or name[0].lower() == "html"
        return end + 1

    def _close(self, name: str, offset: int) -> None:
        if not self._names[name]:
            is_certain = name not in VOID | {"p", "html", "body"}
            self._flaw(offset, f"`</{name}>` closes nothing.", is_certain=is_certain)
            return
        while True:
            top = self._pop()
            if top.name == name:
                return
            if top.name not in _OPTIONAL_END:
                self._flaw(top.offset, f"`<{top.name}>` is not closed before `</{name}>`.")

    def _pop(self) -> Element:
        top = self._open.pop()
        self._names[top.name] -= 1
        return top

    def _start_tag(self, start: int) -> int:
        matched = _NAME.match(self.text, start + 1)
        name = matched[0].lower() if matched else ""
        position, values, repeated = self._attributes(start + 1 + len(name))
        end = _TAG_END.match(self.text, position)
        if end is None:
            following = self.text[position : position + 20].split("\n")[0].strip()
            self._flaw(start, f"The tag `<{name[:30]}` is not complete: stopped at `{following}`.")
            return self._skip(position)
        self._add(name, values, tuple(repeated), start, is_closed="/" in end[0])
        return self._raw_text(name, start, end.end()) if name in _RAW and "/" not in end[0] else end.end()

    def _skip(self, position: int) -> int:
        """Where to go on after a broken tag: behind its `>`, or at the next `<`."""
        ends = [found for found in (self.text.find(mark, position) for mark in "<>") if found >= 0]
        if not ends:
            return len(self.text)
        return min(ends) + (self.text[min(ends)] == ">")

    def _attributes(self, position: int) -> tuple[int, dict[str, str], list[str]]:
        values: dict[str, str] = {}
        repeated: list[str] = []
        while match := _ATTRIBUTE.match(self.text, position):
            key = match[1].lower()
            if key in values and not key.startswith(("x", "{")):
                repeated.append(key)
            values.setdefault(key, next((value for value in match.groups()[1:] if value is not None), ""))
            position = match.end()
        return position, values, repeated

    def _add(self, name: str, values: dict[str, str], repeated: tuple[str, ...], offset: int, is_closed: bool) -> None:
        closes = _CLOSES.get(name, frozenset())
        while self._open and self._open[-1].name in closes:
            self._pop()
        parent = self._open[-1] if self._open else None
        element = Element(name, values, offset, parent, repeated=repeated)
        self.elements.append(element)
        if parent:
            parent.children.append(element)
        if name in VOID or name in _OLD_VOID:
            return
        if is_closed:
            if not (self.is_xml or self._names["svg"] or self._names["math"] or name in {"svg", "path", "math"}):
                self._flaw(offset, f"`<{name}/>` does not close itself; write `</{name}>`.", is_certain=False)
            return
        self._open.append(element)
        self._names[name] += 1

    def _raw_text(self, name: str, start: int, position: int) -> int:
        end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(self.text, position)
        if end is None:
            self._flaw(start, f"`<{name}>` is never closed.")
            self._pop()
            return len(self.text)
        self._open[-1].has_text = bool(self.text[position : end.start()].strip())
        self._open[-1].raw = (position, end.start())
        return end.start()

    def _finish(self) -> None:
        is_page = self.doctype is not None or any(one.name == "html" for one in self.elements[:3])
        if (
            self.elements
            and is_page
            and self._outside >= 0
            and (self._is_over or self._outside < self.elements[0].offset)
        ):
            self._flaw(self._outside, "Text outside the page.")
        for element in self._open:
            if element.name not in _OPTIONAL_END:
                self._flaw(element.offset, f"`<{element.name}>` is never closed.")
