"""The table of tools: the list of what is understood. A row is added here, or in a team's `standards.yml`.

Its one rule: only what a tool promises to keep is read: JSON where it has it, else its text format for other programs.
"""

from __future__ import annotations

from coding_standards.project.tools.table.compiled import COMPILED_TOOLS
from coding_standards.project.tools.table.other import OTHER_TOOLS
from coding_standards.project.tools.table.python import PYTHON_TOOLS
from coding_standards.project.tools.table.script import SCRIPT_TOOLS
from coding_standards.project.tools.tool import Tool

TOOLS: tuple[Tool, ...] = (*PYTHON_TOOLS, *SCRIPT_TOOLS, *COMPILED_TOOLS, *OTHER_TOOLS)
