"""How clients ask for an edit: each shape is an entry in `SHAPES`, which tells the file and the edit in a conversation.

The file is what stands there to the character, blank lines at its ends included, and the answer has the file in the same
dress. Where a text can be read in two ways nothing is guessed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from specedit.engine.errors import InvalidRequest
from specedit.service.http.anchors import expanded
from specedit.service.http.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Dress:
    """What stands around the file in an answer. What may not stand in the file then: `forbidden`."""

    before: str = ""
    after: str = ""
    forbidden: str = ""


BARE = Dress()


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """An edit that a client asks for: of `code`, by an instruction, a snippet, or both. `label`: the language, if told."""

    code: str
    instruction: str = ""
    snippet: str | None = None
    label: str = ""
    dress: Dress = BARE


Shape = Callable[[Conversation], ChangeRequest | None]

_INSTRUCTION = re.compile(r"\A\s*<instructions?>")
_INSTRUCTION_END = re.compile(r"</instructions?>\s*<code>")
_CODE = re.compile(r"^[ \t]*<code>", re.MULTILINE)
_BETWEEN = re.compile(r"</code>\s*<update>")
_NEXT_UPDATE = re.compile(r"</update>\s*<update>")
_SAID = re.compile(r"^[ \t]*Instructions?:[ \t]*(.*(?:\n(?![ \t]*(?:-|\n|$|<)).*)*)", re.MULTILINE)
_TAGS = ("updated-code", "updated_code")


def tagged(conversation: Conversation) -> ChangeRequest | None:
    """`<instruction>`, `<code>` and `<update>`: Morph, Relace, and all that ask as Kortix' fast-apply models are asked."""
    text = _last(conversation)
    if not _BETWEEN.search(text):
        return None
    between = _only(_BETWEEN, text, "the code ends and the update begins")
    head, tail = text[: between.start()], text[between.end() :]
    if _INSTRUCTION.match(head):
        start = _only(_INSTRUCTION_END, head, "the instruction ends and the code begins")
        opening = _INSTRUCTION.match(head)
        assert opening is not None
        instruction, prose = head[opening.end() : start.start()], ""
    else:
        match = _CODE.search(head)
        if match is None:
            raise InvalidRequest("there is no line that begins with <code>")
        start, prose = match, head[: match.start()]
        match = _SAID.search(prose)
        instruction = match[1] if match else ""
    update, closing, after = tail.rpartition("</update>")
    if not closing:
        raise InvalidRequest("<update> is not closed by </update>")
    if _NEXT_UPDATE.search(update):
        raise InvalidRequest("there are several <update>; send one, or one request for each")
    words = "\n".join((prose, after, *conversation.by("system", "developer")))
    tag = next((tag for tag in _TAGS if f"<{tag}>" in words), None)
    dress = Dress(f"<{tag}>", f"</{tag}>", f"</{tag}>") if tag else BARE
    code, instruction = expanded(head[start.end() :], instruction, _MOST_CHARACTERS)
    return ChangeRequest(code, instruction.strip(), _without_margins(update), dress=dress)


_END = "\n"
_MOST_CHARACTERS = 1 << 26  # of a file behind anchors; a document's own limit comes after
_ORIGINAL = re.compile(r"^ORIGINAL CODE:[ \t]*\n(`{3,})([^`\n]*)\n", re.MULTILINE)
_SUGGESTED = re.compile(r"^(`{3,})[ \t]*\n+SUGGESTED EDIT:[ \t]*\n(`{3,})[^`\n]*\n", re.MULTILINE)


def fenced(conversation: Conversation) -> ChangeRequest | None:
    """`ORIGINAL CODE:` and `SUGGESTED EDIT:` in fences: Continue's role `apply`."""
    text = _last(conversation)
    original = _ORIGINAL.search(text)
    if original is None or not _SUGGESTED.search(text, original.end()):
        return None
    between = _only(_SUGGESTED, text, "the code ends and the edit begins")
    edit, closing, _ = text[between.end() :].rpartition(f"\n{between[2]}")
    if not closing or between[1] != original[1]:
        raise InvalidRequest("a fence is not closed as it was opened")
    # The line feed before the closing fence is the fence's, and not there where the code is empty.
    code = text[original.end() : between.start()].removesuffix("\n")
    fence = _fence_for(code, edit)
    return ChangeRequest(
        code, "", edit, label=original[2].strip(), dress=Dress(f"{fence}\n", f"\n{fence}")
    )


def predicted(conversation: Conversation) -> ChangeRequest | None:
    """`prediction` is the file, and a message the snippet (goose), the instruction, or both are said by two messages."""
    code = conversation.prediction
    if code is None:
        return None
    texts = [text for text in conversation.by("user") if text.strip()]
    rest = [text for text in texts if _inside_fence(text).strip() != code.strip()]
    if len(rest) != 1:
        raise InvalidRequest(
            f"beside the file in prediction there are {len(rest)} user messages; give one, the snippet or the instruction"
        )
    text = rest[0].strip()
    if "\n" in text:
        return ChangeRequest(code, "", rest[0])
    return ChangeRequest(code, text)


SHAPES: tuple[Shape, ...] = (tagged, fenced, predicted)


def recognise(conversation: Conversation) -> ChangeRequest:
    """Return the edit that a conversation asks for.

    Raises:
        InvalidRequest: none is recognised, or it can be read in two ways.
    """
    for shape in SHAPES:
        change = shape(conversation)
        if change is not None:
            snippet = change.snippet
            if snippet is not None and not snippet.strip():
                snippet = None
            if snippet is None and not change.instruction:
                raise InvalidRequest(
                    "neither an update nor an instruction is given; say what to change"
                )
            return replace(change, snippet=snippet)
    raise InvalidRequest(
        "no edit is recognised in the messages; send <instruction>…</instruction>, <code>…</code> and <update>…</update>, or "
        "the file as prediction and the snippet or instruction as the message"
    )


def _without_margins(update: str) -> str:
    """An update without the line feeds of its tags.

    Raises:
        InvalidRequest: it has the tags of an update inside, and could be taken for a request of its own.
    """
    if re.search(r"<update>.*</update>", update, re.DOTALL):
        raise InvalidRequest(
            "the update has <update> in it; send it as a message beside prediction"
        )
    return f"{update.removeprefix(_END).removesuffix(_END)}\n"


def _last(conversation: Conversation) -> str:
    texts = conversation.by("user")
    return texts[-1] if texts else ""


def _only(pattern: re.Pattern[str], text: str, what: str) -> re.Match[str]:
    """The one place of a pattern.

    Raises:
        InvalidRequest: there are several, or none.
    """
    places = list(pattern.finditer(text))
    if len(places) != 1:
        raise InvalidRequest(
            f"where {what} can be read in {len(places)} ways; send the file as prediction"
        )
    return places[0]


def _inside_fence(text: str) -> str:
    match = re.fullmatch(r"\s*(`{3,})[^`\n]*\n(.*)\n\1\s*", text, re.DOTALL)
    return match[2] if match else text


def _fence_for(*texts: str) -> str:
    """Backticks that stand in none of the texts."""
    runs = [run for text in texts for run in re.findall("`+", text)]
    return "`" * max(3, 1 + max(map(len, runs), default=0))
