"""Templates of Java. Their one rule: `$name` alone on a line is a block that may be empty."""

from __future__ import annotations

FILE = """
package $package;

$imports

$definition
"""
FUNCTIONS = """
/**
$about
 */
public final class $name {
  private $name() {}

$function

$main
}
"""
FUNCTION = """
  /**
   * $title
   *
$docs
   * @throws UnsupportedOperationException always, until the body is written
   */
  $signature
    $validation
    throw new UnsupportedOperationException($message);
  }
"""
RECORD = """
/**
$about
 *
$docs
 */
$signature
  $compact

$methods
}
"""
COMPACT = """
/** Refuses what is not valid. */
public $name {
  $validation
}
"""
CLASS = """
/**
$about
 */
public final class $name {
  $fields

  /**
   * Makes one.
   *
$docs
   */
  $signature
    $validation
    $assignments
  }

$accessors

$methods
}
"""
ACCESSOR = """
/**
 * Returns the $phrase.
 *
 * @return the $phrase
 */
public $type $name() {
  return $name;
}
"""
METHOD = """
/**
 * $title
 *
 * @return the outcome
 * @throws UnsupportedOperationException always, until the body is written
 */
public $returns $name() {
  throw new UnsupportedOperationException("not implemented: $name");
}
"""
MAIN = """
/**
 * Runs the command line.
 *
 * @param args the arguments behind the program's name
 */
public static void main(String[] args) {
  System.exit(run(args, System.out, System.err));
}

static int run(String[] args, PrintStream out, PrintStream err) {
  try {
    $call
    out.println(outcome);
    return 0;
  } catch (IllegalArgumentException | UnsupportedOperationException error) {
    err.println("$program: " + error.getMessage());
    return 1;
  }
}
"""
CONTROLLER = """
/** Answers POST /$route. */
@RestController
public final class $name {
  private final $service service;

  /**
   * Makes the controller.
   *
   * @param service what does the work
   */
  public $name($service service) {
    this.service = service;
  }

  /**
   * Answers one request.
   *
   * @param request what the caller sends
   * @return what the caller is told
   */
  @PostMapping("/$route")
  public $result post(@RequestBody $request request) {
    return service.$operation(request);
  }
}
"""
SERVICE = """
/**
$about
 */
$annotation
public final class $name {
  /**
   * $title
   *
   * @param request what the caller sends, already valid
   * @return what the caller is told
   * @throws UnsupportedOperationException always, until the body is written
   */
  $signature
    Objects.requireNonNull(request, "request");
    throw new UnsupportedOperationException("not implemented: $operation");
  }
}
"""
TEST = """
/**
 * Tests of $subject.
 *
 * <p>The first fails until $operation is implemented.
 */
class ${name}Test {
  /** Fails by design: implement the operation, then state the outcome that is wanted. */
  @Test
  void ${operation}GivesTheExpectedOutcome() {
    $arrange
    $expected

    $act

    $assertion(expected, outcome, "implement $operation, then state its expected outcome");
  }

$refusal
}
"""
REFUSAL = """
  @Test
  void ${operation}RefusesInvalid$field() {
    $arrange

    $act
  }
"""
