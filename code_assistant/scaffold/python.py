"""Python files of a scaffold. Its one rule: what cannot be known raises NotImplementedError, nothing is made up."""

from __future__ import annotations

import sys

from code_assistant.scaffold import python_templates as templates
from code_assistant.scaffold.layout import MAX_LINE_CHARS, ScaffoldFile, about, bracketed, fill
from code_assistant.scaffold.naming import kebab, pascal, snake
from code_assistant.scaffold.outline import Operation, Outline
from code_assistant.scaffold.parameters import Parameter
from code_assistant.scaffold.python_types import EXPECTED, SAMPLES, TYPES
from code_assistant.scaffold.vocabulary import LISTS
from code_assistant.scaffold.wording import spoken


def files(outline: Outline, *, include_tests: bool) -> tuple[ScaffoldFile, ...]:
    """Return the module, and its test where asked."""
    module = _module_name(outline)
    found = [ScaffoldFile(f"{module}.py", "python", "source", _module(outline))]
    if include_tests:
        found.append(ScaffoldFile(f"test_{module}.py", "python", "test", _test(outline, module)))
    return tuple(found)


def _module_name(outline: Outline) -> str:
    name = snake(outline.subject, "python")
    name = f"code_{name}" if name.startswith("test_") else name  # pytest would take it for tests
    # A module beside the tests that is called as one of the standard library or a package would hide it.
    hides = name in sys.stdlib_module_names or name in ("pytest", "pydantic", "fastapi", "flask")
    return f"{name}_module" if hides else name


def _uses_pydantic(outline: Outline) -> bool:
    return outline.kind in ("endpoint", "model", "table") and outline.libraries.has("pydantic", "fastapi", "flask")


def _framework(outline: Outline) -> str:
    return next(
        (name for name in ("fastapi", "flask") if outline.kind == "endpoint" and outline.libraries.has(name)), ""
    )


def _is_record(outline: Outline) -> bool:
    return outline.kind in ("class", "model", "table")


def _module(outline: Outline) -> str:
    used = ["pytest", _framework(outline), "pydantic" if _uses_pydantic(outline) else ""]
    if outline.kind == "endpoint":
        definitions = _endpoint(outline)
    elif _is_record(outline):
        methods = "\n\n".join(_method(operation).strip("\n") for operation in outline.operations)
        definitions = _record(outline, pascal(outline.subject), outline.parameters, f"{outline.title}.", methods)
    else:
        definitions = _function(outline, outline.operation)
        definitions += f"\n\n{_main(outline)}" if outline.kind == "cli" else ""
    return fill(
        templates.MODULE,
        about=_docstring(about(outline, "", *used)),
        imports=_imports(outline),
        definitions=definitions,
    )


def _docstring(text: str) -> str:
    return f'"""{text}\n"""' if "\n" in text else f'"""{text}"""'


def _imports(outline: Outline) -> str:
    framework = _framework(outline)
    if _uses_pydantic(outline):
        flask = "from flask import Blueprint, Response, jsonify, request\n"
        head = {"fastapi": "from fastapi import APIRouter, HTTPException\n", "flask": flask}.get(framework, "")
        names = (
            ["BaseModel", "ConfigDict"]
            + ["Field"] * _has_fields(outline)
            + ["ValidationError"] * (framework == "flask")
        )
        return f"{head}from pydantic import {', '.join(names)}"
    lines = ["import argparse"] if outline.kind == "cli" else []
    lines += ["import math"] if any("math." in _check(entry, "value") for entry in outline.parameters) else []
    lines += ["import sys", "from collections.abc import Sequence"] if outline.kind == "cli" else []
    lines += ["from dataclasses import dataclass"] if _is_record(outline) or outline.kind == "endpoint" else []
    if lines and any(entry.is_secret for entry in outline.parameters) and "dataclass" in lines[-1]:
        lines[-1] += ", field"
    return "\n".join(lines)


def _has_fields(outline: Outline) -> bool:
    return any("Field(" in _pydantic_field(entry) for entry in outline.parameters)


def _endpoint(outline: Outline) -> str:
    request, result = f"{pascal(outline.subject)}Request", f"{pascal(outline.subject)}Result"
    name = snake(outline.operation.words, "python")
    operation = fill(
        templates.FUNCTION,
        signature=bracketed(f"def {name}(", [f"request: {request}"], f") -> {result}:"),
        title=outline.operation.title,
        arguments="request: What the caller sends, already valid.",
        outcome="What the caller is told.",
        raises="",
        validation="",
        message=f'"{name} is not implemented yet"',
    )
    parts = [
        _record(outline, request, outline.parameters, "What the caller sends."),
        _record(outline, result, outline.result, "What the caller is told."),
        operation,
    ]
    values = {
        "tag": spoken(outline.subject), "route": kebab(outline.subject), "module": "_".join(outline.subject),
        "request": request, "result": result, "operation": name,
        "signature": bracketed(f"def post_{'_'.join(outline.subject)}(", [f"request: {request}"], f") -> {result}:"),
    }  # fmt: skip
    frame = {"fastapi": templates.FASTAPI, "flask": templates.FLASK}.get(_framework(outline))
    return "\n\n".join([*parts, *([fill(frame, **values)] if frame else [])])


def _record(outline: Outline, name: str, entries: tuple[Parameter, ...], title: str, methods: str = "") -> str:
    if _uses_pydantic(outline):
        typed = [f"{snake(entry.words, 'python')}: {TYPES[entry.type]}" for entry in entries]
        fields = "\n".join(typed if entries is outline.result else map(_pydantic_field, entries))
        return fill(templates.PYDANTIC, name=name, title=title, fields=fields, methods=methods)
    checks = "\n".join(filter(None, (_check(entry, f"self.{snake(entry.words, 'python')}") for entry in entries)))
    docs = '    """Refuse what is not valid."""\n' if checks else ""
    indented = "\n".join(f"    {line}" for line in checks.split("\n"))
    validation = f"def __post_init__(self) -> None:\n{docs}{indented}" if checks and "Result" not in name else ""
    fields = "\n".join(map(_field, entries))
    frozen = "" if outline.kind == "class" else "(frozen=True)"
    return fill(
        templates.RECORD, frozen=frozen, name=name, title=title, fields=fields, validation=validation, methods=methods
    )


def _field(entry: Parameter) -> str:
    hidden = " = field(repr=False)" if entry.is_secret else ""
    return f"{snake(entry.words, 'python')}: {TYPES[entry.type]}{hidden}"


def _pydantic_field(entry: Parameter) -> str:
    limits = {"text": ['pattern=r"\\S"', "max_length=10_000"], "texts": ["min_length=1"], "numbers": ["min_length=1"]}
    limits["wholes"] = limits["numbers"]
    options = list(limits.get(entry.type, [])) + ["ge=0"] * entry.is_count + ["repr=False"] * entry.is_secret
    given = f" = Field({', '.join(options)})" if options else ""
    return f"{snake(entry.words, 'python')}: {TYPES[entry.type]}{given}"


def _method(operation: Operation) -> str:
    returns = TYPES[operation.returns or "text"]
    return fill(templates.METHOD, name=snake(operation.words, "python"), returns=returns, title=operation.title)


def _check(entry: Parameter, value: str) -> str:
    name = snake(entry.words, "python")
    if entry.is_given:
        return ""
    if entry.type == "text":
        return f'if not {value}.strip():\n    raise ValueError("{name} must not be blank")'
    if entry.is_list:
        return f'if not {value}:\n    raise ValueError("{name} must not be empty")'
    if entry.type == "number":
        low, kind = (f" or {value} < 0", "a number of 0 or more") if entry.is_count else ("", "a finite number")
        return f'if not math.isfinite({value}){low}:\n    raise ValueError("{name} must be {kind}")'
    return f'if {value} < 0:\n    raise ValueError("{name} must not be negative")' if entry.is_count else ""


def _function(outline: Outline, operation: Operation) -> str:
    names = [snake(entry.words, "python") for entry in outline.parameters]
    checks = [_check(entry, name) for entry, name in zip(outline.parameters, names, strict=True)]
    unused = [name for name, check in zip(names, checks, strict=True) if not check]
    given = bracketed("given = [", unused, "]") if unused else ""
    name = snake(operation.words, "python")
    message = f'f"{name} is not implemented yet, given {{given}}"' if unused else f'"{name} is not implemented yet"'
    typed = [f"{n}: {_type(entry)}" for n, entry in zip(names, outline.parameters, strict=True)]
    returns = operation.native or TYPES[operation.returns or "text"]
    return fill(
        templates.FUNCTION,
        signature=bracketed(f"def {name}(", typed, f") -> {returns}:"),
        title=operation.title,
        arguments="\n".join(_argument(entry) for entry in outline.parameters),
        outcome=f"{_outcome(operation)}",
        raises="ValueError: An argument is not valid." if any(checks) else "",
        validation="\n".join(filter(None, [*checks, given])),
        message=message,
    )


def _type(entry: Parameter) -> str:
    return entry.native or TYPES[entry.type]


def _argument(entry: Parameter) -> str:
    limit = {"text": ", not blank", "number": ", finite", **dict.fromkeys(LISTS, ", not empty")}
    more = ", 0 or more" if entry.is_count else "" if entry.is_given else limit.get(entry.type, "")
    return f"{snake(entry.words, 'python')}: The {entry.phrase}{more}."


def _outcome(operation: Operation) -> str:
    unit = f", {operation.unit}" if operation.unit else ""
    return "True when it holds." if operation.returns == "flag" else f"The outcome of: {spoken(operation.words)}{unit}."


def _main(outline: Outline) -> str:
    options, values = [], []
    for entry in outline.parameters:
        name = snake(entry.words, "python")
        values.append(f"arguments.{name}")
        if entry.type == "flag":
            options.append(f'parser.add_argument("--{kebab(entry.words)}", dest="{name}", action="store_true")')
            continue
        kind = {"whole": ", type=int", "number": ", type=float", "numbers": ', nargs="+", type=float'}.get(
            entry.type, ', nargs="+", type=int' if entry.type == "wholes" else ""
        )
        kind = ', nargs="+"' if entry.type == "texts" else kind
        options.append(f'parser.add_argument("{name}"{kind}, help="the {entry.phrase}")')
    return fill(
        templates.MAIN,
        title=outline.operation.title,
        options="\n".join(options),
        program=kebab(outline.subject),
        call=bracketed(f"result = {snake(outline.operation.words, 'python')}(", values, ")"),
    )


def _test(outline: Outline, module: str) -> str:
    operation = snake(outline.operation.words, "python")
    names = [snake(entry.words, "python") for entry in outline.parameters]
    pairs = zip(names, outline.parameters, strict=True)
    lines = [f"{name} = {'sample' if entry.is_secret else SAMPLES[entry.type]}" for name, entry in pairs]
    arrange = "\n".join(_sample(outline) + lines)
    keywords = [f"{name}={name}" for name in names]
    built, imported, act = "", [operation], bracketed(f"outcome = {operation}(", names, ")")
    expected = EXPECTED[outline.operation.returns or "text"]
    if outline.kind == "endpoint":
        built, result = f"{pascal(outline.subject)}Request", f"{pascal(outline.subject)}Result"
        imported, act = [built, result, operation], f"outcome = {operation}(valid_request)"
        fields = [f"{snake(entry.words, 'python')}={SAMPLES[entry.type]}" for entry in outline.result]
        expected = bracketed(f"{result}(", fields, ")")
        arrange += "\n" + bracketed(f"valid_request = {built}(", keywords, ")")
    elif _is_record(outline):
        built = pascal(outline.subject)
        imported, act = [built], f"outcome = under_test.{operation}()"
        arrange += "\n" + bracketed(f"under_test = {built}(", keywords, ")")
    refusal = _refusal(outline, operation, built, names)
    imports = "import pytest\n\n" * bool(refusal) + _from_import(module, sorted(imported))
    return fill(
        templates.TEST,
        module=module,
        operation=operation,
        imports=imports,
        arrange=arrange,
        expected=f"expected = {expected}",
        act=act,
        refusal=refusal,
    )


def _from_import(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    return line if len(line) <= MAX_LINE_CHARS else bracketed(f"from {module} import (", names, ")")


def _refusal(outline: Outline, operation: str, built: str, names: list[str]) -> str:
    refused = next((i for i, entry in enumerate(outline.parameters) if _check(entry, "value")), None)
    if refused is None:
        return ""
    entry = outline.parameters[refused]
    bad = {"text": '" "', "number": 'float("inf")', **dict.fromkeys(LISTS, "[]")}.get(entry.type, "-1")
    given = []
    for name, param in zip(names, outline.parameters, strict=True):
        value = bad if param is entry else "sample" if param.is_secret else SAMPLES[param.type]
        given.append(f"{name}={value}")
    setup = _sample(outline) if "=sample" in ", ".join(given) else []
    return fill(
        templates.REFUSAL,
        operation=operation,
        case=f"invalid_{names[refused]}",
        field=names[refused],
        arrange="\n".join(setup),
        act=bracketed(f"{built or operation}(", given, ")"),
    )


def _sample(outline: Outline) -> list[str]:
    """A value for secrets: written beside their name it would look like a secret in the code."""
    return ['sample = "example"'] if any(entry.is_secret for entry in outline.parameters) else []
