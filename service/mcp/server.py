"""The server of the Model Context Protocol, and serving one client on standard input and output."""

import threading
from importlib import import_module
from importlib.metadata import version

from mcp.server import MCPServer

from specedit.service.mcp.session import Session
from specedit.service.mcp.tools import add_tools

_GREETING_SECONDS = 0.2
_INSTRUCTIONS = """\
Edits files on disk. What syntax settles is written at once, byte for byte; what does not fit is refused, with the reason and \
the file's real text. Status "written" says what was written; after "refused" every file is as it was. For a few lines use \
replace_in_file, for more edit_file with unchanged code left out, for several files apply_patch; rename_symbol finds every use."""


def server_of(session: Session) -> MCPServer:
    """Return a server whose tools take the calls of a session."""
    server = MCPServer(
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
