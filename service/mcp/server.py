"""The server of the Model Context Protocol, and serving one client on standard input and output."""

import threading
from importlib import import_module
from importlib.metadata import version
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, InputRequiredResult, Tool

from specedit.service.mcp.session import Session
from specedit.service.mcp.tools import add_tools

_GREETING_SECONDS = 0.2
_INSTRUCTIONS = """\
Edits files on disk. What syntax settles is written at once, byte for byte; what does not fit is refused, with the reason and \
the file's real text. Status "written" says what was written; after "refused" every file is as it was. For a few lines use \
replace_in_file, for more edit_file with unchanged code left out, for several files apply_patch; rename_symbol finds every use, \
move_file every import."""


class _Server(MCPServer):
    """Takes no argument that a tool does not have: of a misspelt `dry_run` a file would be written."""

    async def list_tools(self) -> list[Tool]:
        """Return the tools; their schemas say so."""
        tools = await super().list_tools()
        for tool in tools:
            tool.input_schema = {**tool.input_schema, "additionalProperties": False}
        return tools

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool.

        Raises:
            ToolError: it has no argument of such a name; and as of MCPServer.
        """
        for tool in await self.list_tools():
            known = [*tool.input_schema["properties"]]
            for each in arguments if tool.name == name else ():
                if each not in known:
                    raise ToolError(f"{name} has no argument {each!r}; it has {', '.join(known)}")
        return await super().call_tool(name, arguments, context)


def server_of(session: Session) -> MCPServer:
    """Return a server whose tools take the calls of a session."""
    server = _Server(
        "specedit",
        title="specedit",
        instructions=_INSTRUCTIONS,
        version=version("specedit"),
        website_url=None,
        log_level="WARNING",
    )
    add_tools(server, session)
    return server


def serve_stdio(session: Session) -> None:
    """Serve the one client at our standard input, until it closes it."""
    server = server_of(session)
    load_soon()
    try:
        server.run("stdio")
    except* BrokenPipeError:  # it has left before it was answered
        pass


def load_soon() -> None:
    """Load what edits once the client has been greeted, which waits for nothing: its first call is to find it there."""
    loading = threading.Timer(_GREETING_SECONDS, import_module, ("specedit.service.mcp.edits",))
    loading.daemon = True
    loading.start()
