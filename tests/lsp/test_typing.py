"""Typing, our edits, undo: in any order, what the user typed stays, and what we say is true."""

import asyncio
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from lsprotocol import types

from specedit.edits.text import TextEdit, apply_edits, minimal_edits
from specedit.lsp import applier as module
from specedit.lsp.applier import Applied, Applier
from specedit.lsp.documents import ColumnUnits, ContentChange, OpenDocument

START = "".join(f"line {i} é😀\n" for i in range(6))
PLACES = st.integers(0, 200)


async def no_question(params: types.ShowMessageRequestParams) -> None:
    """Nothing is to be asked here."""
    raise AssertionError(params.message)


def introduced() -> types.InitializeParams:
    """What a client says of itself that says nothing."""
    return types.InitializeParams(types.ClientCapabilities())


class Typing(RuleBasedStateMachine):
    """A user and us at one buffer. Marks `<u1>` are the user's, `[s1]` ours; the client's buffer is the truth."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.buffer = START
        self.version = 1
        self.seen = OpenDocument("file:///x.py", 1, ColumnUnits("utf-16"))
        self.seen.change([ContentChange(START)], 1)
        self.applier = Applier(self._on_apply, introduced, no_question)
        self.typed: list[str] = []
        self.ours: dict[str, bool] = {}  # mark → whether it should be there
        self.last: tuple[str, Applied] | None = None
        self.behaviour, self.types_first = "applies", ""
        self.marks = 0

    def teardown(self) -> None:
        self.loop.close()

    def mark(self, form: str) -> str:
        self.marks += 1
        return form.format(self.marks)

    def type_at(self, place: int) -> None:
        """Insert a mark, outside of other marks: nobody types into the middle of a word of ours here."""
        mark = self.mark("<u{}>")
        at = self.outside(place)
        self._change(TextEdit(at, at, mark))
        self.typed.append(mark)

    def outside(self, place: int) -> int:
        line = place % (self.buffer.count("\n") + 1)
        return sum(len(x) for x in self.buffer.split("\n")[:line]) + line

    def _change(self, edit: TextEdit) -> None:
        self.version += 1
        start, end = (self.seen.snapshot().position(offset) for offset in (edit.start, edit.end))
        self.buffer = apply_edits(self.buffer, [edit])
        self.seen.change([ContentChange(edit.new_text, start, end)], self.version)

    async def _on_apply(
        self, params: types.ApplyWorkspaceEditParams
    ) -> types.ApplyWorkspaceEditResult:
        if self.types_first:
            place, self.types_first = int(self.types_first), ""
            self.type_at(place)
        if self.behaviour == "refuses":
            return types.ApplyWorkspaceEditResult(applied=False)
        [change] = params.edit.document_changes or ()
        assert isinstance(change, types.TextDocumentEdit)
        if self.behaviour == "applies" and change.text_document.version == self.version:
            for edit in reversed(change.edits):
                assert isinstance(edit, types.TextEdit)
                snapshot = self.seen.snapshot()
                start, end = (
                    snapshot.offset((p.line, p.character))
                    for p in (edit.range.start, edit.range.end)
                )
                self._change(TextEdit(start, end, edit.new_text))
        return types.ApplyWorkspaceEditResult(applied=True)  # as Neovim says to everything

    @rule(place=PLACES)
    def typing(self, place: int) -> None:
        self.type_at(place)

    @rule(
        places=st.lists(PLACES, min_size=1, max_size=3, unique=True),
        before=st.lists(PLACES, max_size=2),
        during=st.none() | PLACES,
        behaviour=st.sampled_from(["applies", "applies", "refuses", "lies"]),
    )
    def editing(
        self, places: list[int], before: list[int], during: int | None, behaviour: str
    ) -> None:
        base = self.seen.snapshot()
        mark = self.mark("[s{}]")
        at = sorted({self.outside(place) for place in places})
        edits = [TextEdit(offset, offset, mark) for offset in at]
        for place in before:  # while the engine works
            self.type_at(place)
        self.behaviour, self.types_first = behaviour, "" if during is None else str(during)
        done = self._apply(base.text, edits)
        self.ours[mark] = done.applied
        if done.applied:
            self.last = (mark, done)
            assert self.buffer.count(mark) >= done.hunks

    @rule(during=st.none() | PLACES)
    def undoing(self, during: int | None) -> None:
        if self.last is not None:
            (mark, last), self.last = self.last, None
            self.behaviour, self.types_first = "applies", "" if during is None else str(during)
            done = self._apply(last.after, last.back)
            if done.applied and not done.overlapping:
                self.ours[mark] = False

    def _apply(self, base: str, edits: Any) -> Applied:
        return self.loop.run_until_complete(
            self.applier.apply(base, edits, self.seen, "specedit: test")
        )

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.seen.snapshot().text == self.buffer
        assert all(self.buffer.count(mark) == 1 for mark in self.typed)
        for mark, is_there in self.ours.items():
            assert (mark in self.buffer) == is_there
        for i in range(6):
            assert f"line {i} é😀" in self.buffer


TestTyping = Typing.TestCase
TestTyping.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
module.CONFIRM_SECONDS = 0.05  # these clients answer at once or never


class Client:
    """Says that it has applied what it is sent; does what the test tells it to."""

    def __init__(self, text: str) -> None:
        self.document = OpenDocument("file:///x.py", 1, ColumnUnits("utf-16"))
        self.document.change([ContentChange(text)], 1)
        self.sent = 0

    def apply(self, base: str, new: str, then: str) -> Applied:
        """Ask for the edit from `base` to `new`; the text that comes is `then`."""

        async def send(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            self.sent += 1
            self.document.change([ContentChange(then)], self.document.version + 1)
            return types.ApplyWorkspaceEditResult(applied=True)

        applier = Applier(send, introduced, no_question)
        edits = minimal_edits(base, new)
        return asyncio.run(applier.apply(base, edits, self.document, "specedit: test"))


def test_lines_that_repeat_are_no_proof() -> None:
    """An edit was dropped and the user typed: a diff alone would take one blank line for the other."""
    client = Client("a = 1\n\n\nb = 2\n")
    done = client.apply("a = 1\n\n\nb = 2\n", "a = 1\n\nb = 2\n", "# c\na = 1\n\n\nb = 2\n")
    assert not done.applied


def test_what_is_unsure_is_not_sent_again() -> None:
    """It was applied, and the user typed into it before Neovim told us of either."""
    client, sent = Client("fetch()\n"), 0

    async def send(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        nonlocal sent
        sent += 1
        change = [ContentChange("loXad()\n")]
        asyncio.get_running_loop().call_later(0.01, client.document.change, change, 2)
        return types.ApplyWorkspaceEditResult(applied=True)

    applier = Applier(send, introduced, no_question)
    edits = minimal_edits("fetch()\n", "load()\n")
    done = asyncio.run(applier.apply("fetch()\n", edits, client.document, "specedit: test"))
    assert (done.applied, sent) == (False, 1)
    assert "see whether it is there" in done.message


def test_typing_that_we_hear_of_late() -> None:
    """Neovim drops an edit because of what was typed, says that it has applied it, and tells us of the typing later."""
    client, sent = Client("a()\n\nb()\n"), 0

    async def send(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        nonlocal sent
        sent += 1
        now = "a()\n\nb()\n# typed\n" if sent == 1 else "c()\n\nb()\n# typed\n"
        loop = asyncio.get_running_loop()
        loop.call_later(0.01, client.document.change, [ContentChange(now)], 1 + sent)
        return types.ApplyWorkspaceEditResult(applied=True)

    applier = Applier(send, introduced, no_question)
    edits = minimal_edits("a()\n\nb()\n", "c()\n\nb()\n")
    done = asyncio.run(applier.apply("a()\n\nb()\n", edits, client.document, "specedit: test"))
    assert (done.applied, sent) == (True, 2)
    assert client.document.snapshot().text == "c()\n\nb()\n# typed\n"


def test_one_of_two_that_are_alike() -> None:
    """The second call was taken away and the user typed: a diff says that the first was changed."""
    client = Client("a()\na()\n")
    done = client.apply("a()\na()\n", "a()\n", "# typed\na()\n")
    assert client.sent == 1
    assert "see whether it is there" in done.message


def test_an_edit_and_typing_in_one_message() -> None:
    """As eglot sends them: the expected text is there for a moment only."""
    client = Client("fetch()\n")

    async def send(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        changes = [ContentChange("load()\n"), ContentChange("X", (0, 2), (0, 2))]
        client.document.change(changes, 2)
        return types.ApplyWorkspaceEditResult(applied=True)

    applier = Applier(send, introduced, no_question)
    edits = minimal_edits("fetch()\n", "load()\n")
    done = asyncio.run(applier.apply("fetch()\n", edits, client.document, "specedit: test"))
    assert done.applied
    assert client.document.snapshot().text == "loXad()\n"
