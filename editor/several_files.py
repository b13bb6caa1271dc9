"""Instructions that are about several files, where one is edited at a time."""

from specedit.edits.definition_moves import move
from specedit.edits.moves import move_request
from specedit.engine.errors import EditRefused


def refuse_move(instruction: str) -> None:
    """Refuse to move a definition to another file, or a file, in one document alone.

    Raises:
        EditRefused: with what does it.
    """
    if move_request.is_certain(instruction):
        tool = "move_file"
    elif move.is_recognised(instruction):
        tool = "refactor"
    else:
        return
    raise EditRefused(
        f"'{instruction}' changes several files, and here one is edited at a time: `specedit apply` does it, without "
        f"--server, and the tool `{tool}` of `specedit mcp`"
    )
