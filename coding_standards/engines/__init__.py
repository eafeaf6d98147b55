"""The engines: what judges code. `run.py` runs them; each has a room or a module of its own."""

from __future__ import annotations

from coding_standards.rules import EngineName

ENGINES: dict[EngineName, str] = {
    "ast-grep": "coding_standards.engines.astgrep.engine",
    "ruff": "coding_standards.engines.ruff.engine",
    "oxlint": "coding_standards.engines.oxlint.engine",
    "sql": "coding_standards.engines.sql.engine",
    "html": "coding_standards.engines.html.engine",
    "css": "coding_standards.engines.css.engine",
    "flow": "coding_standards.engines.flow.engine",
    "builtin": "coding_standards.engines.text.engine",
}
"""Imported when first needed: sqlglot alone costs a tenth of a second."""
