"""A middleware of Express in JavaScript or TypeScript. Its one rule: it hands every request on, with its error."""

from __future__ import annotations

from code_assistant.scaffold.layout import about, fill, squeeze
from code_assistant.scaffold.naming import ascii_words, camel
from code_assistant.scaffold.outline import Outline

_SOURCE = """
/**
$about
 */

$imports

/**
 * $title
 *
 * @param ${request}request - What the client sent.
 * @param ${response}response - What is answered.
 * @param ${following}next - Hands the request on, or the error that it is given.
 * @returns ${nothing}Nothing: what comes next is called instead.
 */
$signature
  const given = [request.method, request.path, response.statusCode].join(" ");
  next(new Error("not implemented: $name, given " + given));
}
"""
_TEST = """
/**
 * Tests of $module.
 *
 * The first fails until $name is implemented.
 */

import assert from "node:assert/strict";
import { test } from "$runner";

import { $name } from "./$target";

// Fails by design: implement the middleware, then state what it does to a request.
test("$name hands the request on without an error", () => {
  const request = { method: "GET", path: "/" };
  const response = { statusCode: 200 };
  const handed$handed = [];

  $name(request$any, response$any, (error$unknown) => handed.push(error));

  assert.deepEqual(handed, [undefined], "implement $name, then state its expected outcome");
});

test("$name calls what comes next exactly once", () => {
  let calls = 0;

  $name({ method: "GET", path: "/" }$any, { statusCode: 200 }$any, () => {
    calls += 1;
  });

  assert.equal(calls, 1);
});
"""


def is_middleware(outline: Outline) -> bool:
    """Tell whether a middleware of Express is wanted."""
    return outline.libraries.has("express") and "middleware" in ascii_words(outline.text)


def source(outline: Outline, typed: bool) -> str:
    """Return the text of the source file."""
    name = camel(outline.operation.words, "typescript")
    types = ": Request, response: Response, next: NextFunction): void"
    arguments = f"request{types}" if typed else "request, response, next)"
    text = fill(
        _SOURCE,
        about=about(outline, " * ", "express"),
        imports='import type { NextFunction, Request, Response } from "express";' if typed else "",
        title=outline.operation.title,
        request="" if typed else '{import("express").Request} ',
        response="" if typed else '{import("express").Response} ',
        following="" if typed else '{import("express").NextFunction} ',
        nothing="" if typed else "{void} ",
        signature=f"export function {name}({arguments} {{",
        name=name,
    )
    return squeeze(text)


def middleware_test(outline: Outline, typed: bool, module: str, target: str) -> str:
    """Return the text of its test."""
    return fill(
        _TEST,
        module=module,
        name=camel(outline.operation.words, "typescript"),
        runner="vitest" if outline.libraries.has("vitest") else "node:test",
        target=target,
        handed=": unknown[]" if typed else "",
        unknown="?: unknown" if typed else "",
        any=" as never" if typed else "",
    )
