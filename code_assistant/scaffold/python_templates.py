"""Templates of Python. Their one rule: `$name` alone on a line is a block that may be empty."""

from __future__ import annotations

MODULE = """
$about

from __future__ import annotations

$imports


$definitions
"""
FUNCTION = '''
$signature
    """$title

    Args:
        $arguments

    Returns:
        $outcome

    Raises:
        $raises
        NotImplementedError: The body is still to be written.
    """
    $validation
    raise NotImplementedError($message)
'''
RECORD = '''
@dataclass$frozen
class $name:
    """$title"""

    $fields

    $validation

$methods
'''
PYDANTIC = '''
class $name(BaseModel):
    """$title"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    $fields

$methods
'''
METHOD = '''
    def $name(self) -> $returns:
        """$title

        Raises:
            NotImplementedError: The body is still to be written.
        """
        raise NotImplementedError("$name is not implemented yet")
'''
FASTAPI = '''
router = APIRouter(tags=["$tag"])


@router.post("/$route")
$signature
    """Answer POST /$route.

    Raises:
        HTTPException: 501 until the operation is implemented.
    """
    try:
        return $operation(request)
    except NotImplementedError as error:
        raise HTTPException(status_code=501, detail="not implemented yet") from error
'''
FLASK = '''
blueprint = Blueprint("$module", __name__)


@blueprint.post("/$route")
def post_$module() -> tuple[Response, int]:
    """Answer POST /$route: 400 where it is not valid, 501 until it is implemented."""
    try:
        payload = $request.model_validate(request.get_json(silent=True))
        result = $operation(payload)
    except ValidationError as error:
        fields = [".".join(map(str, entry["loc"])) for entry in error.errors()]
        return jsonify(error="not valid", fields=fields), 400
    except NotImplementedError:
        return jsonify(error="not implemented yet"), 501
    return jsonify(result.model_dump()), 200
'''
MAIN = '''
def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="$title")
    $options
    arguments = parser.parse_args(argv)
    try:
        $call
    except (ValueError, NotImplementedError) as error:
        sys.stderr.write(f"$program: {error}\\n")
        return 1
    sys.stdout.write(f"{result}\\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
'''
TEST = '''
"""Tests of $module.

The first fails until $operation is implemented.
"""

from __future__ import annotations

$imports


def test_${operation}_gives_the_expected_outcome() -> None:
    """Fails by design: implement the operation, then state the outcome that is wanted here."""
    $arrange
    $expected

    $act

    assert outcome == expected, "implement $operation, then state its expected outcome"


$refusal
'''
REFUSAL = '''
def test_${operation}_refuses_$case() -> None:
    """What is not valid is refused before any work is done."""
    $arrange
    with pytest.raises(ValueError, match="$field"):
        $act
'''
