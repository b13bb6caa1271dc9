"""Definitions that move among texts, and the folders that these are run in."""

from pathlib import Path

from specedit.edits.definition_moves import move
from specedit.edits.syntax.languages import language_of
from specedit.edits.workspace import rename
from specedit.edits.workspace.workspace import Workspace


def moved(instruction: str, files: dict[str, str], file: str | None = None) -> dict[str, str]:
    code = sorted(path for path in files if rename.is_known(language_of(path)))
    workspace = Workspace(code, lambda path: files[path], lambda path: files.get(path, ""))
    made = move.predict(instruction, workspace, file)
    return files | {path: each.body for path, each in made.items()}


def write(files: dict[str, str], folder: Path) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
