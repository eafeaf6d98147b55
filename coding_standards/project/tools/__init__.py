"""The project's own linters, formatters and type checkers as judges: found, run beside the project, read, compared."""
