"""Which steps of a run are still there to be taken back: found by going back through it, without touching a file."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specedit.editor._journal_steps import JournalEntry, state_of
from specedit.engine.errors import EditRefused


@dataclass(frozen=True, slots=True)
class Undoing:
    """What is to be taken back, the last step first; what is so already; and what is `missing`, of which a copy is kept."""

    todo: tuple[JournalEntry, ...]
    done: tuple[JournalEntry, ...]
    missing: tuple[JournalEntry, ...]


def find_steps(steps: Sequence[JournalEntry]) -> Undoing:
    """Return which of the steps, in the order in which they were made, can be taken back.

    Each must have left its files as those behind it began with them. Where somebody has changed a file in between, what
    was done before that stays.

    Raises:
        EditRefused: a file is neither as its last step left it, nor as it was before.
    """
    view: dict[Path, str | None] = {}  # the files as they are once the steps so far are taken back
    passed: set[Path] = set()  # files of which a step is missing, or older than somebody's change
    todo, done, missing = [], [], []
    for step in reversed(steps):
        now = {path: view[path] if path in view else _state(path, step) for path in step.result}
        if now == step.result and not passed & step.result.keys():
            todo.append(step)
            view.update(step.base)
        elif now == step.base:
            done.append(step)
            view.update(step.base)
        elif step.kind in ("edit", "move") and all(state is None for state in now.values()):
            missing.append(step)
            passed.update(step.result)
        elif view.keys() & step.result.keys():
            done.append(step)
        else:
            raise _changed(step)
    return Undoing(tuple(todo), tuple(done), tuple(missing))


def _state(path: Path, step: JournalEntry) -> str | None:
    if not os.path.lexists(path):  # or it is a path that none can be
        return None
    try:
        return state_of(path)
    except (OSError, EditRefused) as error:
        reason = getattr(error, "strerror", None) or error
        raise EditRefused(f"cannot undo {step.path}: {reason}") from error


def _changed(step: JournalEntry) -> EditRefused:
    if step.kind == "delete":
        return EditRefused(
            f"cannot undo {step.path}: it was deleted, and there is another now. Move that away first, or copy what it was "
            f"from {step.copy}"
        )
    if step.kind == "move":
        return EditRefused(
            f"cannot undo {step.path}: it was moved to {step.moved_to}, and one of them was changed after that. Take those "
            "changes back first"
        )
    copy = f", or copy what it was from {step.copy}" if step.is_kept else ""
    return EditRefused(
        f"cannot undo {step.path}: it was changed after specedit wrote it. Take those changes back first{copy}"
    )
