"""Every error that specedit raises on purpose.

    SpeceditError
    ├── InvalidRequest          the caller asked for something that cannot be (exit 2)
    ├── EditRefused             the file stays as it is: the edit does not fit it, or cannot be trusted (exit 3)
    │   ├── NotUnderstood       no operation recognises the instruction, and the model cannot write; knows what is like it
    │   ├── SymbolNotFound      a name in the instruction is not in the file; knows the nearest
    │   ├── AmbiguousPlace      what is given fits in several places; knows their lines
    │   ├── PlaceNotFound       what is to be changed is nowhere in the file; knows its text
    │   ├── StaleBase           the file is not what the caller thinks it is
    │   ├── OutsideRoot         the file is not in the folder that may be edited
    │   ├── NameRefused         a new name that is no name, or is taken
    │   ├── ReconcileError      the model's answer is not a whole edited file
    │   └── UnsafeEdit          a check of the result failed; knows its name
    └── TargetError             the model is missing, damaged or out of memory (exit 5)
        ├── NoRoom              the memory of the texts that are open is full; nothing was changed
        ├── Busy                a server's queue is full; knows when to try again
        └── Unavailable         a server cannot be reached, or is stopping

Anything else that comes out is a bug.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class SpeceditError(Exception):
    """An error whose message names the value and the remedy, fit to show to a user."""

    def __reduce__(self) -> tuple[Any, ...]:  # so that it can come from another process
        return _rebuilt, (type(self), self.args, vars(self))


class InvalidRequest(SpeceditError):
    """The request itself is wrong: nothing was read or run."""


class EditRefused(SpeceditError):
    """The file was left as it is, because the edit could not be made safely."""


class NotUnderstood(EditRefused):
    """The instruction is none that syntax carries out, and the model does not write edits; `nearest` are ones like it."""

    def __init__(self, problem: str, nearest: Sequence[str], remedy: str = "") -> None:
        self.problem, self.nearest = problem, tuple(nearest)
        super().__init__(". ".join(filter(None, [problem, remedy])))


class NotCertain(EditRefused):
    """Syntax alone cannot make the edit, and no model is to be asked. `place`: the lines in doubt, from 0, the end not among them."""

    def __init__(
        self, problem: str, remedy: str = "", place: tuple[int, int] | None = None
    ) -> None:
        self.problem, self.place = problem, place
        super().__init__("; ".join(filter(None, [problem, remedy])))


class SymbolNotFound(EditRefused):
    """The instruction names a symbol that the file does not have."""

    def __init__(self, name: str, nearest: Sequence[str], where: str = "this file") -> None:
        self.name = name
        self.nearest = tuple(nearest)
        hint = f"; nearest: {', '.join(nearest)}" if nearest else ""
        super().__init__(f"no symbol '{name}' in {where}{hint}")


class AmbiguousPlace(EditRefused):
    """What is to be changed stands, or fits, in several places: on `lines`, 1-based."""

    def __init__(self, message: str, lines: Sequence[int]) -> None:
        self.lines = tuple(lines)
        super().__init__(message)


class PlaceNotFound(EditRefused):
    """What is to be changed stands nowhere in the file, nor nearly: `text` is the text that was looked for."""

    def __init__(self, message: str, text: str) -> None:
        self.text = text
        super().__init__(message)


class StaleBase(EditRefused):
    """The file has changed: `current` is its hash now, `content` what it holds, where that is known."""

    def __init__(self, message: str, current: str, content: bytes | None = None) -> None:
        self.current, self.content = current, content
        super().__init__(message)


class OutsideRoot(EditRefused):
    """The file is not in the folder that may be edited."""


class NameRefused(EditRefused):
    """The instruction's new name cannot be given in this file."""


class ReconcileError(EditRefused):
    """The model's answer is not a whole edited file."""


class UnsafeEdit(EditRefused):
    """The edited file fails a check that a caller can turn off by its name."""

    def __init__(self, check: str, problem: str) -> None:
        self.check, self.problem = check, problem
        way_on = f"--force {check} writes it all the same"
        if check == "definitions":  # code would be lost: nobody is to be led to that by a message
            way_on = "show it, or say in the instruction what is to go"
        super().__init__(f"{problem}; {way_on}")


class TargetError(SpeceditError):
    """The target cannot be opened or cannot run."""


class NoRoom(TargetError):
    """The memory that all open texts share is full: what was asked for was not begun."""


class Busy(TargetError):
    """Too many requests wait already; try again in `seconds`."""

    def __init__(self, message: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(message)


class Unavailable(TargetError):
    """A server cannot be reached, is stopping, or went away in the middle."""


def without_key(text: str, key: str | None) -> str:
    """Return what a server has said without the key that it was sent: some repeat it, and messages get into logs."""
    return text.replace(key, "…") if key else text


def _rebuilt(
    kind: type[SpeceditError], arguments: tuple[Any, ...], facts: Mapping[str, Any]
) -> SpeceditError:
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(facts)
    return error
