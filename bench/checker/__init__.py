"""What the measurements of the checker read: real code, code that was broken on purpose, and marks of public suites."""
