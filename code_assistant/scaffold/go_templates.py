"""Templates of Go. Their one rule: `$name` alone on a line is a block that may be empty."""

from __future__ import annotations

FILE = """
$about
package $package

$imports

$definitions
"""
ERRORS = """
var (
	// ErrInvalid is wrapped by every error about what was given.
	ErrInvalid = errors.New("not valid")
	// ErrNotImplemented is wrapped until the body is written.
	ErrNotImplemented = errors.New("not implemented")
)
"""
FUNCTION = """
// $name $does.
// It returns an error until its body is written.
$signature
	$validation
	return $zero, fmt.Errorf("$phrase: %w", ErrNotImplemented)
}
"""
STRUCT = """
// $name $title.
type $name struct {
	$fields
}
"""
CHECK = """

// CheckFields tells what is not valid.
func ($receiver $name) CheckFields() error {
	$validation
	return nil
}
"""
METHOD = """

// $method $does.
// It returns an error until its body is written.
func ($receiver $name) $method() ($returns, error) {
	return $zero, fmt.Errorf("$phrase: %w", ErrNotImplemented)
}
"""
OPERATION = """

// $name $does.
// It returns an error until its body is written.
func $name(ctx context.Context, request Request) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, fmt.Errorf("$phrase: %w", err)
	}
	$check
	return Result{}, fmt.Errorf("$phrase: %w", ErrNotImplemented)
}
"""
HANDLER = """

const maxBodyBytes = 1 << 20

// Handler answers POST /$route.
func Handler(writer http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodPost {
		http.Error(writer, "use POST", http.StatusMethodNotAllowed)
		return
	}
	var payload Request
	decoder := json.NewDecoder(http.MaxBytesReader(writer, request.Body, maxBodyBytes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&payload); err != nil {
		http.Error(writer, "the body is not valid", http.StatusBadRequest)
		return
	}
	result, err := $name(request.Context(), payload)
	if err != nil {
		http.Error(writer, "the request was not answered", statusOf(err))
		return
	}
	writer.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(writer).Encode(result); err != nil {
		log.Printf("write the answer: %v", err)
	}
}
"""
GIN = """

// Handler answers POST /$route.
// Register it with POST on a router of gin.
func Handler(c *gin.Context) {
	var payload Request
	if err := c.ShouldBindJSON(&payload); err != nil {
		c.JSON(http.StatusBadRequest, gin.H{"error": "the body is not valid"})
		return
	}
	result, err := $name(c.Request.Context(), payload)
	if err != nil {
		c.JSON(statusOf(err), gin.H{"error": "the request was not answered"})
		return
	}
	c.JSON(http.StatusOK, result)
}
"""
STATUS = """

func statusOf(err error) int {
	switch {
	case errors.Is(err, ErrInvalid):
		return http.StatusBadRequest
	case errors.Is(err, ErrNotImplemented):
		return http.StatusNotImplemented
	default:
		return http.StatusInternalServerError
	}
}
"""
MAIN = """

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "$program:", err)
		os.Exit(1)
	}
}

func run(arguments []string, out io.Writer) error {
	if len(arguments) < $count {
		return fmt.Errorf("usage: $program $usage: %w", ErrInvalid)
	}
	$parsing
	$call
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, outcome)
	return err
}
"""
TEST = """
// Fails by design: implement the operation, then state the outcome that is wanted.
func Test${test}GivesTheExpectedOutcome(t *testing.T) {
	$arrange
	$expected

	$act

	if err != nil {
		t.Fatalf("implement $operation, then state its expected outcome: %v", err)
	}
	if !reflect.DeepEqual(outcome, expected) {
		t.Errorf("got %v, want %v", outcome, expected)
	}
}
"""
REFUSAL = """

func Test${test}RefusesInvalid$field(t *testing.T) {
	$arrange

	$act

	if !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v, want %v", err, ErrInvalid)
	}
}
"""
