"""What a patch does with the files that it names, in one root or several: edits, and files that are made, removed and moved."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from specedit.editor import whole_files
from specedit.editor.deleted_files import refuse_imported
from specedit.editor.patch_places import PlacedPart, place_parts
from specedit.editor.result import EditRequest, EditResult
from specedit.editor.transaction import Create, Delete, Move
from specedit.edits.patch.files import FilePart, parts_of
from specedit.engine.errors import EditRefused, InvalidRequest, SpeceditError, UnsafeEdit
from specedit.service.mcp.answers import Refusal
from specedit.service.mcp.bounds import Bounds, FilePlace
from specedit.service.mcp.call import Refused, check_texts
from specedit.service.mcp.edited import Edited, edited
from specedit.service.mcp.refusals import refusal_of
from specedit.service.root import Root

_UNSEEN = ("Cc", "Zl", "Zp")
_TURNING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


class PatchedFiles:
    """Makes what a patch does, and writes nothing. `edit` makes the edit of one file's text."""

    def __init__(
        self, bounds: Bounds, edit: Callable[[FilePlace, EditRequest], EditResult]
    ) -> None:
        self._bounds, self._edit = bounds, edit

    def make(self, patch: str) -> list[Edited]:
        """Return what becomes of each file.

        Raises:
            EditRefused: the patch is not understood, or a part goes nowhere, to several files, or out of bounds.
            Refused: some of the files are refused, for the reasons that are given for each.
        """
        made, refusals = list[Edited](), list[Refusal]()
        places = self._placed(parts_of(patch))
        for root, placed in places:
            try:
                made.append(self._made(root, placed))
            except Refused as ended:
                refusals += ended.refusals
            except SpeceditError as error:
                refusals.append(refusal_of(error, _below(root, placed.path)))
        changes = [each.change for each in made if each.change is not None]
        for root in dict.fromkeys(root for root, _ in places):
            try:
                refuse_imported(root.folder, changes, self._bounds.max_bytes)
            except UnsafeEdit as error:
                refusals.append(refusal_of(error))
        if refusals:
            raise Refused(*refusals)
        return made

    def _placed(self, parts: Sequence[FilePart]) -> list[tuple[Root, PlacedPart]]:
        """The parts with their places, all of which are within bounds."""
        of_roots = dict[Root, list[FilePart]]()
        for part in parts:
            root, name = self._bounds.find(part.name)
            to = self._bounds.find_in(root, part.moved_to) if part.moved_to else ""
            of_roots.setdefault(root, []).append(replace(part, name=name, moved_to=to))
        placed = [
            (root, each)
            for root, of_root in of_roots.items()
            for each in place_parts(of_root, root.folder, root.folder)
        ]
        for root, each in placed:
            root.check(each.path.relative_to(root.folder), each.part.name)
            if each.is_new:
                check_new(each.part.name)
            if each.to is not None:
                root.check(each.to.relative_to(root.folder), each.part.moved_to)
                check_new(each.part.moved_to)
        return placed

    def _made(self, root: Root, placed: PlacedPart) -> Edited:
        if placed.is_new:
            return self._created(root, placed)
        if placed.part.kind == "delete":
            return self._deleted(root, placed)
        if placed.to is not None:
            return self._moved(root, placed, placed.to)
        place = self._bounds.read(str(placed.path))
        return edited(place, self._result(place, placed.part), placed.part.executable)

    def _created(self, root: Root, placed: PlacedPart) -> Edited:
        part, path = placed.part, _below(root, placed.path)
        check_texts(part.text or "")
        data = (part.text or "").encode()
        if len(data) > self._bounds.max_bytes:
            raise EditRefused(f"{len(data)} bytes are more than --max-bytes")
        create = Create(placed.path, data, executable=bool(part.executable))
        return Edited(path, create, whole_files.created(path, data))

    def _deleted(self, root: Root, placed: PlacedPart) -> Edited:
        path, before = _below(root, placed.path), root.content(placed.path, self._bounds.max_bytes)
        if placed.part.deleted is not None:
            whole_files.check_deleted(before, placed.part.deleted)
        result = _shown(whole_files.deleted, path, before)
        return Edited(path, Delete(placed.path, before), result)

    def _moved(self, root: Root, placed: PlacedPart, to: Path) -> Edited:
        path, part = _below(root, placed.path), placed.part
        if part.patch is None:
            before = after = root.content(placed.path, self._bounds.max_bytes)
            result = _shown(whole_files.kept, path, before)
        else:
            place = self._bounds.read(str(placed.path))
            result = self._result(place, part)
            before, after = place.file.document.data, result.data
        move = Move(placed.path, to, before, after, part.executable)
        return Edited(path, move, result, _below(root, to))

    def _result(self, place: FilePlace, part: FilePart) -> EditResult:
        """The edit of a file's text: none, if only its mode changes."""
        document = place.file.document
        if part.patch is None and part.snippet is None:
            return whole_files.kept(place.path, document.data)
        request = EditRequest(document, "", place.path, patch=part.patch, snippet=part.snippet)
        return self._edit(place, request)


def check_new(name: str) -> None:
    """Refuse a name that would not be shown as what it is: with line feeds and the like, or written from right to left.

    Raises:
        InvalidRequest: with the character.
    """
    for sign in name:
        if unicodedata.category(sign) in _UNSEEN or unicodedata.bidirectional(sign) in _TURNING:
            raise InvalidRequest(f"{name!r} is no name for a file: it has {sign!r}")


def _below(root: Root, path: Path) -> str:
    return path.relative_to(root.folder).as_posix()


def _shown(make: Callable[[str, bytes], EditResult], path: str, data: bytes) -> EditResult | None:
    """What there is to be shown of a file; None, if it is not text."""
    try:
        return make(path, data)
    except EditRefused:
        return None
