"""C and C++: what stands around a word in text that the grammar does not divide."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specedit.edits.symbols.places import MemberOf

_TEXTS = r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/'
_TOKENS = re.compile(_TEXTS.encode() + rb"|[()\[\]{},]", re.DOTALL)
_OBJECT = re.compile(
    r"(?<![\w.>)\]])(\(*)\s*&?\s*(\w+)\s*(\)*)((?:\s*(?:->|\.)\s*\w+)*)\s*(?:->|\.)\s*$"
)
_CAST = re.compile(
    r"\(\s*\(\s*(?:const\s+)?(?:struct\s+|union\s+|class\s+)?(\w+)\s*\*\s*\)\s*(?:\w+|\([^()]*\))\s*\)\s*->\s*$"
)
_CALLED = re.compile(rb"([A-Za-z_]\w*)\s*$")
_MOST_BYTES = 4000  # of a call, before the argument that is asked for


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a macro, from the byte `start` to `end`, without the white space around it."""

    start: int
    end: int
    text: str

    @property
    def span(self) -> tuple[int, int]:
        """Return where it stands."""
        return self.start, self.end


def words_in(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where a name stands as a word, in no string and no comment."""
    pattern = rf"{_TEXTS}|(?<!\w){re.escape(name)}(?!\w)"
    for match in re.finditer(pattern, text, re.DOTALL):
        if match[0] == name:
            yield match.span()


def object_before(text: str) -> MemberOf:
    """Return whose member follows a text that ends with `.` or `->`; nothing if that is not evident."""
    cast = _CAST.search(text)
    if cast is not None:
        return MemberOf(type_name=cast[1])
    written = _OBJECT.search(text)
    if written is None or len(written[3]) > len(written[1]):  # as in `f(x)->`
        return MemberOf()
    return MemberOf(written[2], tuple(re.findall(r"\w+", written[4])))


def arguments_from(data: bytes, start: int) -> Sequence[Argument] | None:
    """Return the arguments in the parentheses that follow a byte, None if there are none."""
    opened = re.compile(rb"(?:\s|\\\n)*\(").match(data, start)
    if opened is None:
        return None
    depth, begin, arguments = 0, opened.end(), list[Argument]()
    for match in _TOKENS.finditer(data, opened.end() - 1):
        token = match[0]
        if token in (b"(", b"[", b"{"):
            depth += 1
        elif token in (b")", b"]", b"}"):
            depth -= 1
        elif token != b"," or depth > 1:
            continue
        if depth == 0 or token == b",":
            arguments.append(_stripped(data, begin, match.start()))
            begin = match.end()
        if depth == 0:
            return arguments
    return None


def _stripped(data: bytes, start: int, end: int) -> Argument:
    text = data[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    return Argument(start, start + len(text), text.decode("utf-8", "replace"))


def call_around(data: bytes, start: int, end: int) -> tuple[str, int, Sequence[Argument]] | None:
    """Return the name before the parentheses in which some bytes are an argument, which one, and all of them."""
    before = data[max(0, start - _MOST_BYTES) : start].rstrip(b" \t\r\n\\")
    after = data[end : end + 200].lstrip(b" \t\r\n\\")
    if not before.endswith((b"(", b",")) or not after.startswith((b")", b",")):
        return None
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        byte = before[at : at + 1]
        if byte in b")]}":
            depth += 1
        elif byte in b"([{":
            depth -= 1
        elif byte == b";":
            return None
        if depth < 0:
            break
    called = _CALLED.search(before[:at]) if depth < 0 and before[at : at + 1] == b"(" else None
    if called is None:
        return None
    opened = max(0, start - _MOST_BYTES) + at
    arguments = arguments_from(data, opened) or ()
    index = next((i for i, each in enumerate(arguments) if each.span == (start, end)), None)
    return (called[1].decode(), index, arguments) if index is not None else None
