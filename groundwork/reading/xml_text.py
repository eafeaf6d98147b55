"""Reading XML from outside: without document types and entities, plain elements or an `XmlError`."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_DECLARES = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


class XmlError(ValueError):
    """A text that is no XML, or none that is used here; the text is the reason, in one line."""


def parse_xml(text: str) -> ElementTree.Element:
    """The root of a document, its tags without their namespaces.

    Raises:
        XmlError: it is no XML, or declares a document type or entities, which can be made to expand without end.
    """
    if _DECLARES.search(text):
        raise XmlError("declares a document type or entities and is not read")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - what makes XML dangerous was refused above
    except (ElementTree.ParseError, ValueError) as error:
        raise XmlError(str(error)) from error
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    return root
