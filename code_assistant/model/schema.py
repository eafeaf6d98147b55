"""The schema that an answer is asked in. Loaded late: it imports `agents`."""

from __future__ import annotations

from functools import cache

from agents import AgentOutputSchema

from code_assistant.model.answer import Answer, Asked, AskedRepair, read_answer


class _AnswerSchema(AgentOutputSchema):
    """Asks for an answer in the schema, and reads any: an answer that was paid for is not refused for its form.

    It can be called since the SDK describes its agent to itself twice in each run: what can be called by its name
    alone, any other schema by a deep copy of all that it holds, which was a tenth of a generation.
    """

    def __init__(self, asked: type[Asked | AskedRepair], language: str) -> None:
        super().__init__(asked, strict_json_schema=False)
        self._language = language

    def __call__(self, text: str) -> Answer:
        """Read an answer, whatever its form."""
        return read_answer(text, self._language)

    def validate_json(self, json_str: str) -> Answer:
        """The same, under the SDK's name for it."""
        return self(json_str)


@cache
def answer_schema(language: str, *, is_repair: bool = False) -> AgentOutputSchema:
    """Made once for each language: it is the same for every request. Only a correction may take files back."""
    return _AnswerSchema(AskedRepair if is_repair else Asked, language)
