"""`specedit apply` in all files of a workspace, or in several that are given: all are written, or none."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from specedit.cli.one_file import uninterrupted
from specedit.cli.outcome import Outcome
from specedit.cli.render import Screen
from specedit.editor.journal import Journal
from specedit.editor.transaction import write_all
from specedit.editor.workspace import FileResult, WorkspaceEditor
from specedit.edits import own_words
from specedit.edits.languages import language_of
from specedit.edits.workspace import rename
from specedit.edits.workspace.listing import root_of
from specedit.engine.errors import EditRefused, InvalidRequest


def is_meant(options: argparse.Namespace, paths: Sequence[str], instruction: str) -> bool:
    """Return whether files are to be edited together: none is given, or several for a rename that syntax alone makes.

    Raises:
        InvalidRequest: no file is given for what is done in one file at a time.
    """
    given = [name for name in ("snippet", "patch", "prediction", "ops") if getattr(options, name)]
    is_rename = not given and own_words.asks_for_rename(instruction)
    by_syntax = options.accept in ("auto", "trust")
    if not paths:
        if not is_rename:
            raise InvalidRequest(
                "no file is given; without one, a symbol is renamed in all files of the workspace, and nothing else is done"
            )
        if options.interactive or not by_syntax:
            raise InvalidRequest("-i and --accept exact or guided are for files that are given")
        return True
    languages = {language.name if (language := language_of(path)) else "" for path in paths}
    together = all(map(rename.is_known, languages)) and by_syntax and not options.interactive
    return is_rename and together and len(paths) > 1 and not options.server


def edit(
    options: argparse.Namespace, paths: Sequence[str], instruction: str, screen: Screen
) -> list[Outcome]:
    """Return what became of the files: of those that changed, or have places that are left."""
    chosen = options.root != Path()
    root = options.root.resolve() if chosen or paths else root_of(Path.cwd())
    journal = Journal()
    for problem in journal.repair():
        screen.note(problem)
    try:
        editor = WorkspaceEditor(
            root,
            [os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/") for path in paths],
            max_bytes=options.max_bytes,
            encoding=options.encoding,
        )
        results = editor.edit(instruction, frozenset(filter(None, options.force.split(","))))
        outcomes = [_outcome(each, root) for each in results]
        if options.diff or options.check or options.emit:
            return outcomes
        with uninterrupted():
            changes = [each.change for each in results if each.result.hunks]
            for path in write_all(changes, journal):
                screen.note(f"{path}: written in place, to keep its links and owner")
    except EditRefused as refusal:
        return [Outcome("workspace", "refused", f"{refusal}; nothing was written")]
    return [replace(each, written=each.status == "changed") for each in outcomes]


def _outcome(each: FileResult, root: Path) -> Outcome:
    result, shown = each.result, os.path.relpath(root / each.path)
    reason = "" if result.hunks else "what it has of the name is left alone"
    base = each.file.document.sha256
    return Outcome(
        shown, result.status, reason, base, result=result, hunks=result.hunks, data=result.data
    )
