"""`specedit apply` in all files of a workspace, or in several that are given: all are written, or none."""

import argparse
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specedit.cli.one_file import OneFile, uninterrupted
from specedit.cli.outcome import Outcome
from specedit.cli.render import Screen
from specedit.editor.journal import Journal
from specedit.editor.transaction import Change, write_all
from specedit.editor.workspace import FileResult, WorkspaceEditor
from specedit.edits import own_words
from specedit.edits.patch import reading
from specedit.edits.patch.names import ends_alike
from specedit.edits.patch.sections import OF_OTHERS
from specedit.edits.syntax.languages import language_of
from specedit.edits.workspace import rename
from specedit.edits.workspace.listing import list_files, root_of
from specedit.engine.errors import EditRefused, InvalidRequest

if TYPE_CHECKING:
    from specedit.editor.editor import Editor
    from specedit.service.client import Client


def is_meant(options: argparse.Namespace, paths: Sequence[str], instruction: str) -> bool:
    """Return whether files are to be edited together: none is given, or several for a rename that syntax alone makes.

    Raises:
        InvalidRequest: no file is given for what is done in one file at a time.
    """
    given = [name for name in ("snippet", "patch", "prediction", "ops") if getattr(options, name)]
    is_rename = not given and own_words.asks_for_rename(instruction)
    by_syntax = options.accept in ("auto", "syntax", "trust")
    if not paths:
        if not is_rename:
            raise InvalidRequest(
                "no file is given; without one, a symbol is renamed in all files of the workspace, and nothing else is done"
            )
        if options.interactive or not by_syntax:
            raise InvalidRequest("-i and --accept exact or guided are for files that are given")
        return True
    is_whole = by_syntax and not options.interactive
    together = is_whole and all(rename.is_known(language_of(path)) for path in paths)
    return is_rename and together and len(paths) > 1 and not options.server


def edit(
    options: argparse.Namespace, paths: Sequence[str], instruction: str, screen: Screen
) -> list[Outcome]:
    """Return what became of the files: of those that changed, or have places that are left."""
    root = options.root.resolve() if paths else _root(options)
    journal = Journal()
    for problem in journal.repair():
        screen.note(problem)
    given = {
        os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/"): path for path in paths
    }
    try:
        editor = WorkspaceEditor(
            root,
            [*given],
            max_bytes=options.max_bytes,
            encoding=options.encoding,
        )
        results = editor.edit(instruction, frozenset(filter(None, options.force.split(","))))
        outcomes = [_outcome(each, root) for each in results]
        changes = [each.change for each in results if each.result.hunks]
        written = _written(outcomes, changes, options, journal, screen)
        changed = {each.path for each in results}
        return [*written, *_without_symbol(given, changed, editor.unreadable)]
    except EditRefused as refusal:
        return [Outcome("workspace", "refused", f"{refusal}; nothing was written")]


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
    open_editor: "Callable[[], Editor | Client]",
    screen: Screen,
) -> list[Outcome]:
    """Return what became of the files that a patch names."""
    if options.interactive:
        raise InvalidRequest("-i is for files that are given")
    root = _root(options)
    options.root = root
    try:
        paths = [_file(name, root) for name in reading.files_of(given["patch"])]
        one_file = OneFile(options, given, open_editor, screen, only_looks=True)
        outcomes = [_without_others(one_file.edit(path)) for path in paths]
        if any(outcome.failed for outcome in outcomes):
            return [_unwritten(outcome) for outcome in outcomes if outcome.failed]
        changes = [
            Change(Path(each.path).resolve(), each.result.document.data, each.data)
            for each in outcomes
            if each.hunks and each.result is not None and each.data is not None
        ]
        return _written(outcomes, changes, options, Journal(), screen)
    except EditRefused as refusal:
        return [Outcome("workspace", "refused", f"{refusal}; nothing was written")]


def _root(options: argparse.Namespace) -> Path:
    """The workspace: as given, else the repository around the folder."""
    root: Path = options.root
    return root.resolve() if root != Path() else root_of(Path.cwd())


def _file(name: str, root: Path) -> str:
    """The file that a patch calls so: as it says, from the folder at hand or the root, else the one that ends alike."""
    for folder in (Path(), root):
        if (folder / name).is_file():
            return os.path.relpath(folder / name)
    alike = [path for path in list_files(root) if ends_alike(name, path)]
    if len(alike) == 1:
        return os.path.relpath(root / alike[0])
    reason = f"which may be {' or '.join(alike[:5])}" if alike else f"which is not in {root}"
    raise EditRefused(f"the patch is for '{name}', {reason}")


def _without_others(outcome: Outcome) -> Outcome:
    """What became of a file, without the remark that the patch is for others too: they are edited with it."""
    if outcome.result is None:
        return outcome
    remarks = [each for each in outcome.result.remarks if not each.startswith(OF_OTHERS)]
    return replace(outcome, result=replace(outcome.result, remarks=tuple(remarks)))


def _unwritten(outcome: Outcome) -> Outcome:
    return replace(outcome, reason=f"{outcome.reason}; nothing was written, in no file")


def _written(
    outcomes: Sequence[Outcome],
    changes: Sequence[Change],
    options: argparse.Namespace,
    journal: Journal,
    screen: Screen,
) -> list[Outcome]:
    """The outcomes, once their changes are on disk; as they are where the options only look."""
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
    return Outcome(
        shown, result.status, reason, base, result=result, hunks=result.hunks, data=result.data
    )
