"""Which files an instruction wants to have elsewhere.

"rename module utils to helpers", "rename src/util.py to src/helpers.py", "move src/a.ts to src/lib/", "rename the folder
net to http". A name without a folder is one in the folder that the file is in; with one it counts from the root.
"""

import posixpath
import re
from collections.abc import Collection, Iterator
from functools import cache

from specedit.edits.instruction.forms import Form, clause, form, read
from specedit.edits.instruction.slots import Read, Slot, code, either, led, stating
from specedit.edits.instruction.vocabulary import MOVE, phrases
from specedit.edits.moves.paths import Moves, moves_of
from specedit.edits.syntax.languages import all_languages
from specedit.engine.errors import AmbiguousPlace, EditRefused

EXAMPLES = (
    "rename module utils to helpers",
    "rename file src/util.py to src/helpers.py",
    "move src/a.ts to src/lib/a.ts",
    "rename folder src/net to src/http",
)
_RENAME = phrases("rename", "change the name of")
_PATH = r"[\w.@+\[\]()-]*(?:/[\w.@+\[\]()-]*)*"
_NOUNS = {"file": "file", "module": "module", "package": "package", "folder": "folder"}
_NOUNS |= {"directory": "folder", "dir": "folder"}


def is_recognised(instruction: str) -> bool:
    """Return whether an instruction asks for files elsewhere; a module may turn out to be no file, but a symbol."""
    return _read(instruction) is not None


def is_certain(instruction: str) -> bool:
    """Return whether an instruction cannot be about a symbol: it names a path, or says what is meant."""
    slots = _read(instruction)
    return slots is not None and slots["noun"] not in ("module", "package")


def is_about(instruction: str, path: str) -> bool:
    """Return whether an instruction asks for a module elsewhere that is called as the file at a path is."""
    slots = _read(instruction)
    if slots is None or slots["noun"] != "module":
        return False
    folder, _, name = path.replace("\\", "/").rpartition("/")
    bare = posixpath.basename(folder) if name in ("__init__.py", "mod.rs") else _bare(name)
    return bare == re.split(r"[./]", _clean(slots["old"]).removesuffix(_suffix(name)))[-1]


def read_moves(instruction: str, paths: Collection[str], file: str | None = None) -> Moves | None:
    """Return what goes where; None where a module is named and no file is called so. `paths` are all files.

    `file`: the one that is meant, if a name alone does not tell.

    Raises:
        EditRefused: it asks for no such thing, there is no such file, or it cannot go there.
        AmbiguousPlace: several files are called so.
    """
    slots = _read(instruction)
    if slots is None:
        raise EditRefused(f"'{instruction}' names no file that is to go elsewhere")
    old = _source(slots, paths, file)
    return None if old is None else moves_of({old: _target(slots, old, paths)}, paths)


def _read(instruction: str) -> Read | None:
    return read(instruction, *_forms())


@cache
def _forms() -> tuple[Form, ...]:
    suffixes = "|".join(sorted(re.escape(s) for each in all_languages() for s in each.suffixes))
    path = rf"(?:{_PATH}/{_PATH}|[\w.@+-]+(?:{suffixes}))"
    named = [
        stating(led(phrases(word), code("old", _PATH)), noun=noun) for word, noun in _NOUNS.items()
    ]
    source = either(*named, stating(code("old", path), noun=""))
    place: Slot = either(*(led(phrases(w), code("new", _PATH)) for w in _NOUNS), code("new", _PATH))
    by_path = stating(code("old", path), noun="")
    return (
        form(_RENAME, either(*named), clause("to|into|as", place)),
        form(_RENAME, by_path, clause("to|into|as", code("new", path))),
        form(MOVE, source, clause("to|into|in|under|below", place)),
    )


def _source(slots: Read, paths: Collection[str], file: str | None) -> str | None:
    """The file or the folder that is meant."""
    written, noun = _clean(slots["old"]), slots["noun"]
    fit = [*_called(written, noun, paths)]
    if file is not None and (file in fit or f"{posixpath.dirname(file)}" in fit):
        fit = [file] if file in fit else [posixpath.dirname(file)]
    if len(fit) > 1:
        raise AmbiguousPlace(f"'{written}' may be {' or '.join(fit[:5])}; say which", [])
    if fit:
        return fit[0]
    if noun in ("module", "package"):
        return None
    raise EditRefused(f"there is no {noun or 'file'} '{written}' in the workspace")


def _called(written: str, noun: str, paths: Collection[str]) -> Iterator[str]:
    """The files and folders that a name may mean; what is called so from the root alone, if there is such."""
    folders = {"/".join(p.split("/")[:i]) for p in paths for i in range(1, p.count("/") + 1)}
    known = {*([] if noun in ("folder", "package") else paths)}
    known |= folders if noun in ("", "folder", "package") else set()
    if written in known:
        yield written
        return
    ends = [path for path in sorted(known) if path.endswith(f"/{written}")]
    if ends or noun not in ("module", "package"):
        yield from ends
        return
    dotted = written.replace(".", "/")
    for path in sorted(folders if noun == "package" else _modules(paths)):
        if f"/{_bare(path)}".endswith(f"/{dotted}"):
            yield path


def _modules(paths: Collection[str]) -> Iterator[str]:
    """What is one module: a file of code, or the folder that has its own."""
    suffixes = tuple(s for each in all_languages() if each.has_operations for s in each.suffixes)
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name in ("__init__.py", "mod.rs") and folder:
            yield folder
        elif path.endswith(suffixes) and not path.endswith((".d.ts", ".pyi")):
            yield path


def _target(slots: Read, old: str, paths: Collection[str]) -> str:
    """Where it is to go."""
    written, is_move = slots["new"].strip("`'\""), slots["verb"] not in map(" ".join, _RENAME)
    folder, name = posixpath.dirname(old), posixpath.basename(old)
    is_file = old in paths
    if written.startswith("/") or ".." in written.split("/"):
        raise EditRefused(f"'{written}' is not a path from the root; write it from there")
    is_here = written.startswith("./")
    clean = _clean(written)
    is_folder = any(path.startswith(f"{clean}/") for path in paths)
    if is_move and (written.endswith("/") or is_folder):
        return posixpath.join(clean, name)
    if written.endswith("/") and is_file:
        raise EditRefused(f"'{written}' is a folder, and {old} a file: say what it is to be called")
    suffix = _suffix(name) if is_file else ""
    is_module = slots["noun"] in ("module", "package") and "/" not in clean
    if is_module and not (suffix and clean.endswith(suffix)):
        return _module_target(clean, slots["old"], folder, suffix)
    if is_file and suffix and not _suffix(posixpath.basename(clean)):
        raise EditRefused(
            f"'{written}' has no suffix: say {clean}{suffix}, or {clean}/ for a folder"
        )
    if "/" in clean or is_here:
        return clean
    if is_move and folder:
        raise EditRefused(
            f"'{clean}' may be beside {old} or in the root: say {folder}/{clean} or ./{clean}"
        )
    return posixpath.join(folder, clean)


def _module_target(written: str, old: str, folder: str, suffix: str) -> str:
    """The path of a module that is written with dots, as the old one was, or by its last name alone."""
    parts, before = written.split("."), _clean(old).removesuffix(suffix).split(".")
    if len(parts) == 1:
        return posixpath.join(folder, f"{written}{suffix}")
    above = folder.split("/") if folder else []
    if len(before) == 1 or above[len(above) - len(before) + 1 :] != before[:-1]:
        raise EditRefused(f"where '{written}' is to be cannot be told: write paths")
    base = above[: len(above) - len(before) + 1]
    return posixpath.join(*base, *parts) + suffix


def _suffix(name: str) -> str:
    """The suffix of a file's name, with what belongs to it."""
    for double in (".d.ts", ".d.mts", ".d.cts"):
        if name.endswith(double):
            return double
    return posixpath.splitext(name)[1]


def _bare(path: str) -> str:
    return path.removesuffix(_suffix(posixpath.basename(path)))


def _clean(written: str) -> str:
    return posixpath.normpath(written.strip("`'\"")).removeprefix("./")
