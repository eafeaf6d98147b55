"""Templates of Rust. Their one rule: `$name` alone on a line is a block that may be empty."""

from __future__ import annotations

LIB = """
$about

$imports

$definitions

$error
"""
ERROR = """
/// Why an operation gave no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum $error {
    /// What was given is not valid.
    Invalid(String),
    /// The body is still to be written.
    NotImplemented(String),
}

impl fmt::Display for $error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(reason) => write!(formatter, "not valid: {reason}"),
            Self::NotImplemented(name) => write!(formatter, "not implemented: {name}"),
        }
    }
}

impl std::error::Error for $error {}
"""
FUNCTION = """
/// $title
///
/// # Errors
///
/// `NotImplemented` until the body is written, and `Invalid` for arguments that are not valid.
$signature
    $validation
    Err($error::NotImplemented($message))
}
"""
STRUCT = """
/// $title
#[derive($derives)]
pub struct $name {
    $fields
}
"""
IMPL = """
impl $name {
    $check

    $methods
}
"""
CHECK = """
/// Tells what is not valid.
///
/// # Errors
///
/// `Invalid` names the first field that is not valid.
pub fn check_fields(&self) -> Result<(), $error> {
    $validation
    Ok(())
}
"""
METHOD = """
/// $title
///
/// # Errors
///
/// `NotImplemented` until the body is written.
$signature
    Err($error::NotImplemented("$name".to_owned()))
}
"""
AXUM = """
/// Answers POST /$route.
pub fn router() -> Router {
    Router::new().route("/$route", post(answer))
}

async fn answer(
    Json(request): Json<$request>,
) -> Result<Json<$result>, StatusCode> {
    $operation(&request)
        .map(Json)
        .map_err(|error| match error {
            $error::Invalid(_) => StatusCode::BAD_REQUEST,
            $error::NotImplemented(_) => StatusCode::NOT_IMPLEMENTED,
        })
}
"""
MAIN = """
//! Command line of $crate_name: reads the arguments, prints the outcome.

use std::env;
use std::error::Error;
use std::process::ExitCode;

use $crate_name::$operation;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(outcome) => {
            println!("{outcome}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("$program: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<String, Box<dyn Error>> {
    let mut given = arguments.iter();
    $parsing
    $call
    Ok(format!("{outcome:?}"))
}
"""
TEST = """
//! Tests of $crate_name.
//!
//! The first fails until $operation is implemented.

$imports

/// Fails by design: implement the operation, then state the outcome that is wanted.
#[test]
fn ${operation}_gives_the_expected_outcome() {
    $arrange
    $expected

    $act

    assert_eq!(
        outcome,
        Ok(expected),
        "implement $operation, then state its outcome"
    );
}

$refusal
"""
REFUSAL = """
#[test]
fn ${operation}_refuses_invalid_$field() {
    $arrange

    $act

    assert!(
        matches!(outcome, Err($error::Invalid(_))),
        "got {outcome:?}"
    );
}
"""
