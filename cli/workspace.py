"""`specedit apply` in all files of a workspace, or in several that are given: all are written, or none."""

import argparse
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specedit.cli import emit
from specedit.cli.one_file import uninterrupted
from specedit.cli.outcome import Outcome
from specedit.cli.patched import PatchedFiles
from specedit.cli.render import Screen
from specedit.editor.deleted_files import refuse_imported
from specedit.editor.file_result import FileResult
from specedit.editor.journal import Journal
from specedit.editor.transaction import FileChange, check_all, write_all
from specedit.editor.uses import refuse_renamed
from specedit.editor.workspace import WorkspaceEditor
from specedit.edits.definition_moves import move
from specedit.edits.moves import move_request
from specedit.edits.patch.files import FilePart, parts_of, parts_of_answer
from specedit.edits.syntax.languages import language_of
from specedit.edits.workspace import callers, rename
from specedit.edits.workspace.instruction import asks_for_rename
from specedit.edits.workspace.listing import root_of
from specedit.engine.errors import EditRefused, InvalidRequest

if TYPE_CHECKING:
    from specedit.cli.one_file import Engine


def is_meant(options: argparse.Namespace, paths: Sequence[str], instruction: str) -> bool:
    """Return whether files are to be edited together: none is given, or several for a rename that syntax alone makes.

    Raises:
        InvalidRequest: no file is given for what is done in one file at a time.
    """
    given = [name for name in ("snippet", "patch", "prediction", "ops") if getattr(options, name)]
    is_rename = not given and asks_for_rename(instruction)
    is_move = not given and _is_move(instruction, paths)
    by_syntax = options.accept in ("auto", "syntax", "trust")
    if is_move and len(paths) > 1:
        raise InvalidRequest(
            "what is moved to another file is followed in all of the workspace: give the file that has it, or none"
        )
    if not paths or (is_move and not options.server):
        if given or not (is_rename or is_move or callers.is_recognised(instruction)):
            raise InvalidRequest(
                "no file is given; without one, a symbol or a file is renamed in all of the workspace, a definition or a file "
                "is moved, or a function is changed with its callers, and nothing else is done"
            )
        if options.interactive or not by_syntax:
            raise InvalidRequest("-i and --accept exact or guided are for files that are given")
        return True
    is_whole = by_syntax and not options.interactive
    together = is_whole and all(rename.is_known(language_of(path)) for path in paths)
    return is_rename and together and len(paths) > 1 and not options.server


def _is_move(instruction: str, paths: Sequence[str]) -> bool:
    """Whether a definition is to go to another file, or a file elsewhere: that is followed in the whole workspace."""
    is_file = move_request.is_certain(instruction) or (
        len(paths) == 1 and move_request.is_about(instruction, paths[0])
    )
    return is_file or move.is_recognised(instruction)


def edit(
    options: argparse.Namespace, paths: Sequence[str], instruction: str, screen: Screen
) -> list[Outcome]:
    """Return what became of the files: of those that changed, or have places that are left."""
    is_move = _is_move(instruction, paths)
    root = options.root.resolve() if paths and not is_move else _root(options)
    journal = Journal()
    for problem in journal.repair():
        screen.note(problem)
    given = {
        os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/"): path for path in paths
    }
    try:
        editor = WorkspaceEditor(
            root,
            [] if is_move else [*given],
            max_bytes=options.max_bytes,
            encoding=options.encoding,
        )
        force = frozenset(filter(None, options.force.split(",")))
        file = next(iter(given), None) if is_move else None
        results = editor.edit(instruction, force, file=file, may_move=True)
        if given and not is_move and "uses" not in force:
            for remark in _refuse_renamed(options, given.values(), instruction):
                screen.note(remark)
        outcomes = [_outcome(each, root) for each in results]
        changes = [change for each in results if (change := each.change) is not None]
        written = _written(outcomes, changes, options, journal, screen)
        changed = {each.path for each in results}
        untouched = {} if is_move else given
        return [*written, *_without_symbol(untouched, changed, editor.unreadable)]
    except EditRefused as refusal:
        return [Outcome("workspace", "refused", f"{refusal}; nothing was written")]


def _refuse_renamed(
    options: argparse.Namespace, paths: Iterable[str], instruction: str
) -> tuple[str, ...]:
    """Refuse to rename in some files what others of the workspace use; return where they may mean it, too."""
    root = _root(options)
    real = [Path(path).resolve() for path in paths]
    inside = [path.relative_to(root).as_posix() for path in real if path.is_relative_to(root)]
    return refuse_renamed(root, inside, instruction, options.max_bytes)


def _without_symbol(
    given: Mapping[str, str], changed: Collection[str], unreadable: Mapping[str, str]
) -> Iterator[Outcome]:
    """What is told of the files that were given and have nothing of the symbol, or cannot be read."""
    for path, shown in given.items():
        if path in unreadable:
            yield Outcome(shown, "refused", unreadable[path])
        elif path not in changed:
            yield Outcome(shown, "unchanged", "it has nothing of the symbol")


def patch(
    options: argparse.Namespace,
    given: dict[str, Any],
    open_editor: "Callable[[], Engine]",
    screen: Screen,
) -> list[Outcome]:
    """Return what became of the files that a patch edits, makes, removes or moves."""
    if options.interactive:
        raise InvalidRequest("-i is for files that are given")
    root = _root(options)
    options.root = root
    journal = Journal()
    for problem in journal.repair():
        screen.note(problem)
    try:
        made = PatchedFiles(options, given, open_editor, screen).make(_parts(given), root)
        outcomes = [outcome for outcome, _ in made]
        if any(outcome.failed for outcome in outcomes):
            return [_unwritten(outcome) for outcome in outcomes if outcome.failed]
        changes = [change for _, change in made if change is not None]
        if "uses" not in given["force"]:
            refuse_imported(root, changes, options.max_bytes)
        return _written(outcomes, changes, options, journal, screen)
    except EditRefused as refusal:
        return [Outcome("workspace", "refused", _nothing(str(refusal)))]


def _parts(given: dict[str, Any]) -> list[FilePart]:
    patch, snippet = given.get("patch"), given.get("snippet")
    if patch is not None and snippet is not None:
        raise InvalidRequest("--patch and --snippet say the same thing in two ways; give one")
    if patch is not None:
        return parts_of(patch)
    parts = parts_of_answer(snippet or "")
    if not parts:
        raise InvalidRequest(
            "no file is given, and the snippet names none; give the file that it is for"
        )
    return parts


def _nothing(reason: str) -> str:
    return reason if "nothing was written" in reason else f"{reason}; nothing was written"


def _root(options: argparse.Namespace) -> Path:
    """The workspace: as given, else the repository around the folder."""
    root: Path = options.root
    return root.resolve() if root != Path() else root_of(Path.cwd())


def _unwritten(outcome: Outcome) -> Outcome:
    return replace(outcome, reason=f"{outcome.reason}; nothing was written, in no file")


def _written(
    outcomes: Sequence[Outcome],
    changes: Sequence[FileChange],
    options: argparse.Namespace,
    journal: Journal,
    screen: Screen,
) -> list[Outcome]:
    """The outcomes, once their changes are on disk; as they are where the options only look.

    Raises:
        EditRefused: the changes cannot be done together, or not be told as is wished.
    """
    if options.emit not in (None, "diff") and any(emit.heads(each) for each in outcomes):
        raise EditRefused(f"--emit {options.emit} says nothing of files; use --emit diff")
    check_all(changes)
    if options.diff or options.check or options.emit:
        return list(outcomes)
    with uninterrupted():
        for path in write_all(changes, journal):
            screen.note(f"{path}: written in place, to keep its links and owner")
    return [replace(each, written=each.status == "changed") for each in outcomes]


def _outcome(each: FileResult, root: Path) -> Outcome:
    result, shown = each.result, os.path.relpath(root / each.path)
    reason = "" if result.hunks else "what it has of the name is left alone"
    base = each.file.document.sha256
    outcome = Outcome(
        shown, result.status, reason, base, result=result, hunks=result.hunks, data=result.data
    )
    if each.is_new:
        return replace(outcome, action="create", base_sha256=None)
    if each.moved_to:
        to = os.path.relpath(root / each.moved_to)
        return replace(outcome, status="changed", reason="", action="move", moved_to=to)
    return outcome
