"""Bytes outside the hunks stay, whatever the encoding and the line endings."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit.edits.document import Document, apply_hunks, decode_document, edited
from specedit.engine.errors import EditRefused

LINES = st.lists(
    st.tuples(
        st.text(st.sampled_from("ab =\t\f\u2028é😀"), max_size=8),
        st.sampled_from(["\n", "\r\n", "\r"]),
    ),
    max_size=12,
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"])


@given(LINES, st.booleans(), ENCODINGS, st.data())
def test_edits_change_what_they_say_and_nothing_else(
    lines: list[tuple[str, str]], ended: bool, encoding: str, data: st.DataObject
) -> None:
    text = "".join(line + ending for line, ending in lines) + ("" if ended else "last")
    raw = text.encode(encoding)
    document = decode_document(raw)
    body_lines = document.body.split("\n")[:-1]
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(body_lines)))
        change = data.draw(st.sampled_from(["insert", "delete", "replace"]))
        if change == "insert" or at == len(body_lines):
            body_lines.insert(at, data.draw(st.sampled_from(["new", "neue é", ""])))
        elif change == "delete":
            del body_lines[at]
        else:
            body_lines[at] = body_lines[at] + "x"
    body = "".join(f"{line}\n" for line in body_lines)
    if document.body and not body:
        return  # an emptied file is refused before it comes here
    hunks, result = edited(document, body)
    assert apply_hunks(raw, hunks) == result
    assert decode_document(result).body == body or not result
    position = 0
    kept = b""
    for hunk in hunks:
        kept += raw[position : hunk.start]
        position = hunk.end
    kept += raw[position:]
    assert _without(result, hunks) == kept


def _without(result: bytes, hunks: object) -> bytes:
    """The result with the new bytes of each hunk taken out again."""
    out, shift, position = b"", 0, 0
    for hunk in hunks:  # type: ignore[attr-defined]
        start = hunk.start + shift
        assert result[start : start + len(hunk.new)] == hunk.new
        out += result[position:start]
        position = start + len(hunk.new)
        shift += len(hunk.new) - len(hunk.old)
    return out + result[position:]


@pytest.mark.parametrize(
    ("raw", "old", "new", "expected"),
    [
        (b"a = 1\r\nb = 2\r\n", "b = 2\n", "c = 3\nd = 4\n", b"a = 1\r\nc = 3\r\nd = 4\r\n"),
        (b"a\nb\r\nc\n", "b\n", "b\nx\n", b"a\nb\r\nx\nc\n"),
        (b"a\rb\n", "a\n", "a\n\n", b"a\r\r\nb\n"),
        (b"a\rb\nc\n", "b\n", "\n", b"a\r\r\nc\n"),
        (b"\xef\xbb\xbfa = 1\n", "1", "2", b"\xef\xbb\xbfa = 2\n"),
        (b"one\nlast", "last\n", "last\nmore\n", b"one\nlast\nmore"),
        (b"one\nlast", "last\n", "", b"one"),
        (b"x\x0cy\n", "y", "z", b"x\x0cz\n"),
        ("a\u2028b\nc\n".encode(), "c", "d", "a\u2028b\nd\n".encode()),
        (
            b"# -*- coding: latin-1 -*-\ns = '\xe9'\n",
            "s =",
            "t =",
            b"# -*- coding: latin-1 -*-\nt = '\xe9'\n",
        ),
        ("a\n".encode("utf-16-le"), "", "", "a\n".encode("utf-16-le")),
    ],
    ids=[
        "crlf",
        "mixed",
        "cr before lf",
        "emptied after cr",
        "bom",
        "append unended",
        "cut unended",
        "form feed",
        "u2028",
        "latin-1",
        "nul",
    ],
)
def test_the_bytes_of_known_troubles(raw: bytes, old: str, new: str, expected: bytes) -> None:
    if b"\0" in raw:
        with pytest.raises(EditRefused, match="binary"):
            decode_document(raw)
        return
    document = decode_document(raw)
    assert edited(document, document.body.replace(old, new, 1))[1] == expected


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x7fELF\0\0", "binary file: a NUL byte at offset 4"),
        (b"\x81\n\xff\n", r"not valid utf-8.*say what it is with --encoding"),
        (b"# coding: klingon\n", "unknown encoding 'klingon'"),
        (b"# coding: rot13\n", "encodes no text"),
    ],
)
def test_what_is_not_text_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(EditRefused, match=reason):
        decode_document(raw)


def test_new_text_must_fit_the_encoding() -> None:
    document = decode_document(b"# coding: latin-1\ns = ''\n")
    with pytest.raises(EditRefused, match=r"line 2: '→' cannot be written in iso8859-1"):
        edited(document, document.body.replace("''", "'→'"))


def test_hunks_are_placed_in_one_go() -> None:
    """Ten times as many encode ten times as much text; a hundred times, if each is counted from the file's start."""
    utf_8, encoded = codecs.lookup("utf-8"), 0

    def encode(text: str, errors: str = "strict") -> tuple[bytes, int]:
        nonlocal encoded
        encoded += len(text)
        return utf_8.encode(text, errors)

    def counted(name: str) -> codecs.CodecInfo | None:
        return codecs.CodecInfo(encode, utf_8.decode, name=name) if name == "counted" else None

    def characters(lines: int) -> int:
        nonlocal encoded
        document = Document(
            "".join(f"a = {i}  # é\nx\n" for i in range(lines)).encode(), b"", "counted"
        )
        encoded = 0
        assert len(edited(document, document.body.replace("a =", "b ="))[0]) == lines
        return encoded

    codecs.register(counted)
    try:
        few, many = characters(200), characters(2000)
    finally:
        codecs.unregister(counted)
    assert 0 < few < many < 15 * few
