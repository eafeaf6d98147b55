"""A child that never answers: it reads its input to the end and says nothing."""

from __future__ import annotations

import sys

for _line in sys.stdin:
    pass
