"""The request: the validated arguments of `generate_code_with_context`.

The rule: an error names the argument, what it got and what it takes.
"""

from __future__ import annotations

import hashlib
import re
import reprlib
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from code_assistant.project.paths import is_outside
from coding_standards.languages import NAMES, UnknownLanguageError, find_language
from groundwork.arguments import cut, describe_unknown, limit_lines, unpack_json

MAX_REQUEST_CHARS = 8_000
MAX_LIBRARIES = 8
MAX_LIBRARY_CHARS = 120
MAX_EXISTING_CODE_CHARS = 100_000
MAX_PATH_CHARS = 300

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LIBRARY = re.compile(
    r"@?[A-Za-z0-9][\w.+#:/@ -]*(\[[\w., -]*\])?"
    r"(\s*(===?|~=|!=|[<>]=?|\^|~|=|@)\s*(\"[\w.*+!<>=,^~| -]+\"|[\w.*+!<>=,^~| -]+))?"
)


class RequestError(ValueError):
    """Wrong arguments; the text names each with what it got and what it takes."""


def _text(value: str) -> str:
    found = _NOT_TEXT.search(value)
    if found is not None:
        raise ValueError(f"holds the control character U+{ord(found[0]):04X}; send plain text")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty; say what the code shall do")
    return value.strip()


def _language(value: str) -> str:
    try:
        return find_language(value).name
    except UnknownLanguageError as error:
        raise ValueError(str(error)) from error


def _inside(value: str) -> str:
    if value and is_outside(value):  # empty is what some hosts send for none
        raise ValueError("leads out of the project, or may; give a path relative to it, such as src/app.py")
    return value


def _library(value: str) -> str:
    value = " ".join(value.split())
    if not _LIBRARY.fullmatch(value):
        raise ValueError("is not a library name such as `fastapi`, `fastapi==0.115` or `react@19`")
    return value


def _unpack(value: object) -> object:
    """Claude Desktop is known to send a list as JSON inside a text."""
    return unpack_json(value) if isinstance(value, str) and value.lstrip().startswith("[") else value


Text = Annotated[str, AfterValidator(_text)]
Library = Annotated[str, Field(min_length=1, max_length=MAX_LIBRARY_CHARS), AfterValidator(_library)]


class GenerationRequest(BaseModel):
    """One request, normalised: equal requests compare and hash equal."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    request: Annotated[Text, Field(max_length=MAX_REQUEST_CHARS), AfterValidator(_not_blank)]
    language: Annotated[str, AfterValidator(_language)] = "python"
    libraries: Annotated[
        tuple[Library, ...], Field(max_length=MAX_LIBRARIES, strict=False), BeforeValidator(_unpack)
    ] = ()
    include_tests: bool = False
    include_docs: bool = True
    existing_code: Annotated[Text, Field(max_length=MAX_EXISTING_CODE_CHARS)] | None = None
    existing_path: Annotated[Text, Field(max_length=MAX_PATH_CHARS), AfterValidator(_inside)] | None = None

    @property
    def key(self) -> str:
        """The same for requests that ask for the same: the order of libraries does not matter."""
        parts = self.model_copy(update={"libraries": tuple(sorted(set(self.libraries)))})
        return hashlib.sha256(parts.model_dump_json().encode()).hexdigest()


def parse_request(arguments: Mapping[str, Any]) -> GenerationRequest:
    """Validate the raw arguments of a call.

    Raises:
        RequestError: one line per wrong argument.
    """
    try:
        # Hosts send null for an optional argument that their model left out.
        given = {name: value for name, value in arguments.items() if value is not None or name == "request"}
        return GenerationRequest.model_validate(given)
    except ValidationError as error:
        lines = [_explain(dict(problem)) for problem in error.errors(include_url=False)]
        raise RequestError("\n".join(limit_lines(list(dict.fromkeys(lines))))) from None


def _explain(problem: dict[str, Any]) -> str:
    location = [str(part) for part in problem["loc"]]
    name = location[0] if location else "arguments"
    where = name + "".join(f"[{part}]" for part in location[1:] if part.isdigit())
    match problem["type"]:
        case "missing":
            return f"{where}: is missing; it takes {_takes(name)}"
        case "extra_forbidden":
            return describe_unknown(name, GenerationRequest.model_fields)
        case "value_error":
            return f"{where}: {problem['ctx']['error']}"
        case "string_too_long" | "too_long":
            return f"{where}: has {len(problem['input']):,}; it takes {_takes(name)}"
        case _:
            return f"{where}: got {cut(reprlib.repr(problem.get('input')))}; it takes {_takes(name)}"


def _takes(name: str) -> str:
    return {
        "request": f"1 to {MAX_REQUEST_CHARS:,} characters of text",
        "language": f"one of {', '.join(NAMES)}",
        "libraries": f"a list of at most {MAX_LIBRARIES} names, each of at most {MAX_LIBRARY_CHARS} characters",
        "include_tests": "true or false",
        "include_docs": "true or false",
        "existing_code": f"at most {MAX_EXISTING_CODE_CHARS:,} characters of text",
        "existing_path": f"the path of that file in the project, at most {MAX_PATH_CHARS} characters",
    }.get(name, "the arguments that the tool's schema lists")
