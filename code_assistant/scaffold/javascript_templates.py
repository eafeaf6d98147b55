"""Templates of JavaScript and TypeScript. Their one rule: `$name` alone on a line is a block that may be empty."""

from __future__ import annotations

MODULE = """
/**
$about
 */

$imports

$definitions
"""
FUNCTION = """
/**
 * $title
 *
$docs
 */
$signature
  $validation
  throw new Error($message);
}
"""
CLASS = """
/** $title */
export class $name {
  $fields

  /**
$docs
   */
  $signature
    $validation
    $assignments
  }

$methods
}
"""
METHOD = """
  /**
   * $title
   *
   * @returns ${type_doc}The outcome.
   * @throws {Error} Always, until the body is written.
   */
  $name()$returns {
    throw new Error("not implemented: $class_name.$name");
  }
"""
PARSE = """
/**
 * Turn the body of a request into a valid one.
 *
 * @param ${unknown}body - What the caller sent.
 * @returns ${returned}The request.
 * @throws {TypeError} A field is missing or not valid.
 */
$signature
  if (typeof body !== "object" || body === null) {
    throw new TypeError("the body must be an object");
  }
  $validation
  $fields
}
"""
ROUTE = """
export const $router = Router();
$router.use(json({ limit: "100kb" }));

$router.post("/$route", (request, response, next) => {
  try {
    const payload = parse$request(request.body);
    response.status(200).json($operation(payload));
  } catch (error) {
    if (error instanceof TypeError) {
      response.status(400).json({ error: "the request is not valid" });
      return;
    }
    next(error);
  }
});
"""
COMPONENT = """
/**
 * Show the $phrase.
 *
$docs
 */
$signature
  $call
  return (
    <section aria-labelledby="$slug-title">
      <h2 id="$slug-title">$heading</h2>
      <p>{description}</p>
    </section>
  );
}
"""
MAIN = """
/**
 * Run the command line.
 *
 * @param ${strings}args - The arguments behind the program's name.
 * @returns ${number}The exit code.
 */
export function main(args$strings_type)$number_type {
  try {
    $call
    process.stdout.write(String(outcome) + "\\n");
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write("$program: " + reason + "\\n");
    return 1;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
"""
TEST = """
/**
 * Tests of $module.
 *
 * The first fails until $operation is implemented.
 */

import assert from "node:assert/strict";
import { test } from "$runner";

$imported

// Fails by design: implement the operation, then state the outcome that is wanted.
test("$operation gives the expected outcome", () => {
  $arrange
  $expected

  $act

  assert.deepEqual(outcome, expected, "implement $operation, then state its expected outcome");
});

$refusal
"""
REFUSAL = """
test("$operation refuses an invalid value of $field", () => {
  $arrange

  $act
});
"""
