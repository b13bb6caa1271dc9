"""`specedit undo`: put the files of an applied edit back."""

import argparse
import sys
from pathlib import Path

from specedit.editor.journal import Journal, JournalEntry, Run
from specedit.edits.workspace.listing import root_of


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "undo",
        help="put the files of an applied edit back",
        description="Puts the files of the last edit back that was applied in this workspace: the git repository, or else the "
        "folder. Again, those of the one before it. A file that has changed since is not touched, nor are the others of its edit.",
    )
    parser.add_argument(
        "name", nargs="?", metavar="RUN", help="the edit with this name, as --list shows it"
    )
    parser.add_argument("--list", action="store_true", help="show what can be undone, newest first")
    parser.add_argument("--all", action="store_true", help="edits in other workspaces too")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Undo a run, or list them."""
    workspace = None if options.all else root_of(Path.cwd())
    journal = Journal()
    if options.list:
        for noted in journal.runs(workspace):
            print(_line(noted))
        return 0
    undone = journal.undo(options.name, workspace, _tell)
    moved = {entry.moved_to for entry in undone}
    for entry in undone:
        if entry.path not in moved:  # told with the move
            _tell(_done(entry))
    return 0


def _done(entry: JournalEntry) -> str:
    if entry.kind == "create":
        return f"removed {entry.path}"
    if entry.kind == "move":
        return f"moved {entry.moved_to} back to {entry.path}"
    return f"restored {entry.path}"


def _line(noted: Run) -> str:
    paths = dict.fromkeys(str(e.path) for e in noted.entries if e.kind not in ("mode", "folder"))
    shown = ", ".join(path if path.isprintable() else ascii(path) for path in paths)
    return f"{noted.name}  {noted.time:%Y-%m-%d %H:%M:%S}  {shown}"


def _tell(message: str) -> None:
    print(message, file=sys.stderr)
