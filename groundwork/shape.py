"""The shape of what leaves as data: nothing in it that is not declared, and nothing that changes afterwards."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class DataShape(BaseModel):
    """Data that a program outside reads."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)
