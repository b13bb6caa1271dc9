"""Edits put into the client's documents: moved to where the text is by now, and seen to be there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from specedit.edits.rebase import rebase
from specedit.edits.text import TextEdit, apply_edits, line_of, minimal_edits
from specedit.lsp import convert
from specedit.lsp.documents import OpenDocument, Snapshot

CONFIRM_SECONDS = 2.0
_LOOK_SECONDS = 0.02
_TRIES = 3  # who types faster than that is left alone
_MOST_LINES = 8  # that are named in a question

Ask = Callable[[types.ShowMessageRequestParams], Awaitable[types.MessageActionItem | None]]


async def is_wanted(ask: Ask, question: str) -> bool:
    """Return whether the user, told so, wants the edit. A client that cannot ask has one who does not."""
    apply = types.MessageActionItem("Apply")
    choices = [apply, types.MessageActionItem("Discard")]
    try:
        chosen = await ask(
            types.ShowMessageRequestParams(types.MessageType.Info, question, choices)
        )
    except JsonRpcException:
        return False
    return chosen is not None and chosen.title == apply.title


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of edits in the client's buffer. `after` is the text that they led to, `back` what undoes them."""

    applied: bool
    message: str
    hunks: int = 0
    overlapping: tuple[int, ...] = ()
    after: str = ""
    back: tuple[TextEdit, ...] = ()


def applied(
    before: str, edits: Sequence[TextEdit], message: str = "", overlapping: tuple[int, ...] = ()
) -> Applied:
    """Return that edits of `before` were applied, with what undoes them."""
    after = apply_edits(before, edits)
    back = minimal_edits(after, before)
    return Applied(True, message, len(edits), overlapping, after, back)


class Applier:
    """Puts edits into the client's documents."""

    def __init__(
        self,
        send: Callable[[types.ApplyWorkspaceEditParams], Awaitable[types.ApplyWorkspaceEditResult]],
        client: Callable[[], types.InitializeParams],
        ask: Ask,
    ) -> None:
        self._send, self._client, self._ask = send, client, ask

    async def apply(
        self,
        base: str,
        edits: Sequence[TextEdit],
        document: OpenDocument,
        label: str,
        *,
        is_open: Callable[[], bool] = lambda: True,
        review: bool = False,
    ) -> Applied:
        """Apply edits of `base` to the document as it is now. What the user has changed since stays.

        `review`: each hunk is for the user to choose, where the client can ask for that; else all or none.
        """
        one_by_one = review and convert.can_review(self._client().capabilities)
        if review and edits and not one_by_one and not await self._agreed(base, edits, label):
            return Applied(False, "nothing was applied")
        for _ in range(_TRIES):
            now = document.snapshot()
            rebased = await asyncio.to_thread(rebase, base, edits, now.text)
            overlapping = tuple(rebased.lines(base))
            met = (
                f"on line {', '.join(map(str, overlapping))} you changed what the edit would change"
            )
            if not is_open():
                return Applied(False, "the document was closed; nothing was applied")
            if not rebased.edits:
                message = f"{met}; nothing was applied" if overlapping else "nothing to change"
                return Applied(False, message, overlapping=overlapping)
            came, taken = await self._put(now, rebased.edits, document, label, review=one_by_one)
            if came == "applied":
                message = f"{_counted(len(taken))} applied"
                message += f", of {len(rebased.edits)}" if len(taken) < len(rebased.edits) else ""
                message += f"; {met}, those were left out" if overlapping else ""
                return await asyncio.to_thread(applied, now.text, taken, message, overlapping)
            if came == "refused" and document.version == now.version:
                message = (
                    "nothing was chosen" if one_by_one else "the editor did not apply the edit"
                )
                return Applied(False, message)
            if came == "unsure":
                return Applied(
                    False, "the text changed while the edit was on its way; see whether it is there"
                )
        return Applied(False, "the text keeps changing; nothing was applied, ask again")

    async def _agreed(self, base: str, edits: Sequence[TextEdit], label: str) -> bool:
        """Whether the user wants all the hunks, asked in a client that cannot show them one by one."""
        lines = ", ".join(str(line_of(base, edit.start)) for edit in edits[:_MOST_LINES])
        lines += ", …" if len(edits) > _MOST_LINES else ""
        question = f"{label}: {_counted(len(edits))}, line {lines}"
        return await is_wanted(self._ask, question)

    async def _put(
        self,
        now: Snapshot,
        edits: Sequence[TextEdit],
        document: OpenDocument,
        label: str,
        *,
        review: bool,
    ) -> tuple[Literal["applied", "refused", "unsure"], Sequence[TextEdit]]:
        """Send edits, and see whether the text becomes what it should: clients say too easily that it has.

        Returns what came of it, and the edits that were taken: of those under review, maybe some.
        """
        edit = convert.workspace_edit(now, edits, self._client(), label, review=review)
        expected, seen = apply_edits(now.text, edits), asyncio.Event()
        document.expect(expected, seen.set)
        try:
            try:
                answer = await self._send(types.ApplyWorkspaceEditParams(edit, label))
            except JsonRpcException:  # what eglot answers to a version that has passed
                answer = types.ApplyWorkspaceEditResult(applied=False)
            if answer.applied:
                await _change(document, now.version, seen, until_seen=not review)
        finally:
            document.no_longer_expect(expected)
        if seen.is_set():
            return "applied", edits
        text = document.snapshot().text
        if not answer.applied or text == now.text:
            return "refused", ()
        if review:
            return "applied", await asyncio.to_thread(minimal_edits, now.text, text)
        dropped = await asyncio.to_thread(_is_dropped, now.text, edits, expected, text)
        return ("refused" if dropped else "unsure"), ()


async def _change(
    document: OpenDocument, version: int, seen: asyncio.Event, *, until_seen: bool
) -> None:
    """Wait until the document has changed; `until_seen`: to what is expected.

    The first change may be the user's, so that the client has dropped ours, which is then not waited for as long; or
    the first piece of ours, as Neovim sends them.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + CONFIRM_SECONDS
    while not seen.is_set() and loop.time() < end:
        if document.version > version:
            if not until_seen:  # which hunks will be chosen is not ours to know
                return
            end = min(end, loop.time() + CONFIRM_SECONDS / 4)
        with suppress(TimeoutError):
            await asyncio.wait_for(seen.wait(), _LOOK_SECONDS)


def _is_dropped(before: str, edits: Sequence[TextEdit], expected: str, now: str) -> bool:
    """Return whether it is certain that a text is the one before with only the user's changes.

    Not where ours stands among lines that repeat: a diff may take one of them for another.
    """
    if rebase(before, edits, now).overlapping:
        return False
    return not rebase(expected, minimal_edits(expected, before), now).edits


def _counted(hunks: int) -> str:
    return f"{hunks} hunk{'s' * (hunks != 1)}"
