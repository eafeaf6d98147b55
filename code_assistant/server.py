"""The MCP face: two tools, lifespan, progress, errors. It knows the protocol; `orchestrator.py` knows the work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import Field

from code_assistant.jobs import PendingError
from code_assistant.logs import without_secrets
from code_assistant.orchestrator import Orchestrator
from code_assistant.progress import Progress
from code_assistant.request import (
    MAX_EXISTING_CODE_CHARS,
    MAX_LIBRARIES,
    MAX_PATH_CHARS,
    MAX_REQUEST_CHARS,
    GenerationRequest,
    RequestError,
    parse_request,
)
from code_assistant.result import NOTHING_CHECKED, Checks, GenerationError, GenerationResult, Usage
from code_assistant.settings import Settings
from code_assistant.status import ServerStatus, render_status
from coding_standards.languages import NAMES
from groundwork.protocol import StdioServer, unknown_tool

logger = logging.getLogger(__name__)

GENERATE, STATUS = "generate_code_with_context", "get_server_status"
_MAX_RESULT_CHARS = 500_000
"""Declared to hosts that read it (Claude Code: `anthropic/maxResultSizeChars`), so that code is not cut there."""

INSTRUCTIONS = (
    "Writes code that follows the team's coding standards and the current documentation of the libraries, and checks "
    "it rule by rule before returning it. Call generate_code_with_context; if its status is `pending`, call it again "
    "with the same arguments. get_server_status tells what is not well and what to do about it."
)

GENERATE_DESCRIPTION = """Write code that follows the team's coding standards and the libraries' current documentation.

Returns complete files, already checked rule by rule against the standards (`checks`), with the documentation used and
what was missing. Nothing is written to disk: put the files where they belong yourself.

Use it for new code, or to change one file (`existing_code`), when the team's standards or a library's current API
matter. It takes from seconds to minutes. If `status` is `pending`, call it again with the same arguments: the work goes
on and the result is collected. If `status` is `scaffold`, no model was configured: complete the files yourself by the
standards and documentation in `explanation`. If it is `failed`, the model gave no usable file: see `next_step`."""

STATUS_DESCRIPTION = """Tell how the code assistant and its internal servers are, and what to do about what is not well.

Answers in milliseconds: model, jobs, documentation cache, and for each internal server its state, tools, restarts,
latency, last error with its remedy, and last lines of stderr."""

_ICON = "<path d='M6 3L2 8l4 5M10 3l4 5-4 5' fill='none' stroke='#36c' stroke-width='2'/>"

Result = Annotated[CallToolResult, GenerationResult]
Status = Annotated[CallToolResult, ServerStatus]
_LANGUAGES = f"One of {', '.join(NAMES)}; py, js, ts, golang and rs are taken as well"
"""As text: a host that checks arguments against an enumeration would refuse `py` and `Python`, which we take."""


class CodeAssistantServer(StdioServer[Orchestrator]):
    """Validates arguments itself: the SDK's own text echoes the input, and it ignores unknown names."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Orchestrator, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Refuse wrong arguments with one line for each, then call the tool.

        Raises:
            MCPError: there is no such tool.
        """
        try:
            if name == GENERATE:
                arguments = parse_request(arguments).model_dump(mode="json")
            elif name == STATUS and arguments:
                raise RequestError(f"{next(iter(arguments))[:60]}: unknown argument; {STATUS} takes none")
            elif name not in (GENERATE, STATUS):
                raise unknown_tool(name, (GENERATE, STATUS))
        except RequestError as error:
            return _error(f"Wrong arguments for {name}.\n{error}")
        return await super().call_tool(name, arguments, context)


def build_server(orchestrator: Orchestrator) -> CodeAssistantServer:
    """Build the server around an orchestrator; `run()` serves it on stdio."""

    @asynccontextmanager
    async def lifespan(_: MCPServer[Orchestrator]) -> AsyncIterator[Orchestrator]:
        orchestrator.start()
        try:
            yield orchestrator
        finally:
            await asyncio.shield(orchestrator.stop())

    server = CodeAssistantServer(
        "code-assistant",
        offers=(),
        icon=_ICON,
        title="Code assistant",
        description="Writes code that follows the team's standards, and checks it before it is returned",
        instructions=INSTRUCTIONS,
        lifespan=lifespan,
        log_level=orchestrator.settings.log_level,
    )
    _add_tools(server, orchestrator)
    return server


def _add_tools(server: CodeAssistantServer, orchestrator: Orchestrator) -> None:
    @server.tool(
        name=GENERATE,
        title="Generate code that follows the team's standards",
        annotations=ToolAnnotations(read_only_hint=True, open_world_hint=True),
        meta={"anthropic/maxResultSizeChars": _MAX_RESULT_CHARS},
        description=GENERATE_DESCRIPTION,
    )
    async def generate_code_with_context(
        request: Annotated[
            str, Field(description=f"What the code shall do, in at most {MAX_REQUEST_CHARS:,} characters")
        ],
        ctx: Context[Orchestrator, Any],
        language: Annotated[str, Field(description=_LANGUAGES, examples=list(NAMES))] = "python",
        libraries: Annotated[
            list[str],
            Field(
                description=f"At most {MAX_LIBRARIES} libraries to use, with or without a version: fastapi==0.115",
                examples=[["fastapi==0.115", "pydantic"]],
            ),
        ] = [],  # noqa: B006  # the schema's default; never changed
        include_tests: Annotated[bool, Field(description="Also write tests")] = False,
        include_docs: Annotated[bool, Field(description="Document every public name")] = True,
        existing_code: Annotated[
            str | None,
            Field(description=f"A file to change or extend, of at most {MAX_EXISTING_CODE_CHARS:,} characters"),
        ] = None,
        existing_path: Annotated[
            str | None,
            Field(description=f"Its path in the project, such as src/app.py: at most {MAX_PATH_CHARS} characters"),
        ] = None,
    ) -> Result:
        asked = GenerationRequest(
            request=request,
            language=language,
            libraries=tuple(libraries),
            include_tests=include_tests,
            include_docs=include_docs,
            existing_code=existing_code,
            existing_path=existing_path,
        )
        return await _generate(orchestrator, asked, ctx)

    @server.tool(
        name=STATUS,
        title="Status of the code assistant",
        annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
        description=STATUS_DESCRIPTION,
    )
    async def get_server_status() -> Status:
        status = orchestrator.status()
        return _success(render_status(status), status.model_dump(mode="json"))


async def _generate(
    orchestrator: Orchestrator, request: GenerationRequest, context: Context[Orchestrator, Any]
) -> CallToolResult:
    async def report(number: float, message: str) -> None:
        await context.report_progress(number, None, orchestrator.mask(message))

    try:
        result = await orchestrator.generate(request, report)
    except PendingError as pending:
        result = describe_pending(pending.progress, orchestrator.settings)
    except GenerationError as error:
        why, remedy = error.why.rstrip("."), error.remedy.rstrip(".")
        return _error(orchestrator.mask(f"The generation failed: {why}. Remedy: {remedy}."))
    except MemoryError:
        logger.exception("generation failed")
        return _error("The generation failed: no memory is left. Remedy: raise the memory limit of this process.")
    except Exception:  # the tool boundary: the host gets a line, the log gets the rest
        logger.exception("generation failed")
        return _error("The generation failed: a fault in the code assistant. Remedy: see its log and report it.")
    from code_assistant.markdown import render  # late: no handshake needs it

    result = without_secrets(result, orchestrator.mask)
    text = render(result, orchestrator.settings.max_output_chars)
    return _success(text, result.model_dump(mode="json"))


def _success(text: str, data: dict[str, Any]) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=data)


def _error(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


def describe_pending(progress: Progress, settings: Settings) -> GenerationResult:
    """Describe a job that goes on."""
    context = progress.context
    steps = "\n".join(f"- {message}" for message in progress.history)
    return GenerationResult(
        status="pending",
        explanation=f"So far ({progress.seconds:.0f} s):\n\n{steps}",
        checks=Checks(summary=NOTHING_CHECKED, not_checked=("the answer: it is not finished",)),
        standards=context.standards_used if context else (),
        documentation=context.documentation_used if context else (),
        missing=context.missing if context else (),
        context=context.use if context else None,
        usage=Usage(model=settings.model, profile=settings.profile, seconds=round(progress.seconds, 3)),
        next_step=(
            f"The work goes on: {progress.now}. Call generate_code_with_context again with the same arguments to "
            "collect the result; nothing is done or paid twice."
        ),
    )
