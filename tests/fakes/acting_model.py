"""A model for benchmarks: it reads, looks up what it does not have, and answers with code. Deterministic.

One rule: what it does follows from the request alone, so two servers that give it the same input cost the same.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.fakes.model_script import ModelRequest, Turn, call

STANDARD_ID = re.compile(r"\b[A-Z]{2,5}-\d{3}\b")
LIBRARY_ID = re.compile(r"(?<![\w/.:])/[\w.-]+/[\w.-]+")
DOCUMENTATION = re.compile(r"^Source: \S+", re.MULTILINE)
LANGUAGES = ("python", "javascript", "typescript", "java", "golang", "rust", "sql", "html", "css")
LIBRARIES = ("fastapi", "pydantic", "react", "serde")
CODE = '''"""Tell a caller whether a user name and a password belong together."""

from __future__ import annotations

import hashlib
import hmac


def is_password_right(password: str, salt: bytes, expected: bytes) -> bool:
    """Compare in constant time the scrypt hash of a password with the one that is stored.

    Args:
        password: What the user typed.
        salt: The salt stored with the hash.
        expected: The stored hash.

    Returns:
        True when they belong together.
    """
    found = hashlib.scrypt(password.encode(), salt=salt, n=16_384, r=8, p=1)
    return hmac.compare_digest(found, expected)
'''


def act(request: ModelRequest) -> Turn:
    """Look up standards, the library and its documentation, as far as they are offered and missing; then answer."""
    known = "\n".join([request.instructions, request.text, *request.tool_outputs])
    library = next((name for name in LIBRARIES if name in request.text.lower()), "fastapi")
    language = next((name for name in LANGUAGES if name in request.text.lower()), "python")
    if not STANDARD_ID.search(known) and (name := _offered(request, "get_standards")):
        return call(name, language=language)
    if not DOCUMENTATION.search(known):
        if name := _offered(request, "resolve-library-id"):
            return _fill(request, name, {"query": library, "libraryName": library})
        found = LIBRARY_ID.search("\n".join(reversed(request.tool_outputs)))
        library_id = found.group() if found else f"/{library}/{library}"
        if name := _offered(request, "query-docs") or _offered(request, "get-library-docs"):
            values = {"libraryId": library_id, "context7CompatibleLibraryID": library_id, "query": request.text[:200]}
            return _fill(request, name, values)
    return Turn(_answer(request))


def _offered(request: ModelRequest, name: str) -> str | None:
    """The tool of that name, with or without the prefix of its server; None once it has been called."""
    spelled = {name, name.replace("-", "_")}
    names = [tool for tool in request.tools if any(tool == one or tool.endswith(f"_{one}") for one in spelled)]
    return next((tool for tool in names if tool not in request.tool_calls), None)


def _fill(request: ModelRequest, name: str, values: dict[str, str]) -> Turn:
    takes = request.tools[name].get("properties", {})
    return call(name, **{key: value for key, value in values.items() if key in takes})


def _answer(request: ModelRequest) -> str:
    if request.output_schema is None:
        return f"```python\n{CODE}```\n"
    file = {"path": "auth.py", "language": "python", "role": "source", "content": CODE}
    value = {"files": [file], "explanation": "Compares the password's scrypt hash in constant time."}
    return json.dumps(_fitted(value, request.output_schema, request.output_schema.get("$defs", {})))


def _fitted(value: Any, schema: dict[str, Any], named: dict[str, Any]) -> Any:
    """Only the keys the schema knows: a model that was given a schema invents none."""
    schema = named.get(schema.get("$ref", "").rsplit("/", 1)[-1], schema)
    if isinstance(value, list):
        return [_fitted(item, schema.get("items", {}), named) for item in value]
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        return {key: _fitted(item, known[key], named) for key, item in value.items() if key in known}
    return value
