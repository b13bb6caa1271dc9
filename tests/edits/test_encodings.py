"""Encodings: as a file says itself, as the caller says, or guessed where a guess can do no harm."""

import codecs
import encodings.aliases
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit.edits.document import Document, decode_document, edited
from specedit.edits.encodings import codec_named
from specedit.engine.errors import EditRefused

NAMES = sorted({*encodings.aliases.aliases.values(), "mac_roman", "idna", "undefined"})
FRENCH = "# Calcule la durée, à partir du début\ndef duree(x):\n    return x + 1\n"


def named(name: str) -> str | None:
    try:
        return codec_named(name, "")
    except EditRefused:
        return None


KNOWN = sorted({codec for name in NAMES if (codec := named(name))})


@pytest.mark.parametrize("codec", KNOWN)
def test_a_character_is_the_same_bytes_wherever_it_stands(codec: str) -> None:
    characters = []
    for code in range(0x80, 0x3000 if codec.startswith(("utf", "gb18030")) else 0x10000):
        try:
            chr(code).encode(codec)
        except UnicodeError:
            continue
        characters.append(chr(code))
    text = "".join(f"{a}{b}x{a}\n" for a, b in zip(characters, reversed(characters), strict=True))
    assert text.encode(codec) == b"".join(c.encode(codec) for c in text)


def test_the_common_ones_are_known() -> None:
    for name in (
        "UTF8",
        "latin1",
        "windows-1252",
        "cp1251",
        "KOI8-R",
        "GBK",
        "sjis",
        "EUC-KR",
        "big5",
    ):
        assert named(name)
    assert named("utf-16") == "utf-16-le" and named("utf-8-sig") == "utf-8"


@pytest.mark.parametrize("name", ["utf-7", "hz", "iso-2022-jp", "iso2022_kr", "ISO-2022-JP-2004"])
def test_stateful_encodings_are_refused(name: str) -> None:
    with pytest.raises(EditRefused, match=r"stateful encoding.*convert the file to UTF-8"):
        decode_document(b"a\n", name)
    with pytest.raises(EditRefused, match="stateful"):
        decode_document(f"# coding: {name}\n".encode(), path="a.py")


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "rot13", "base64", "zlib", "unicode_escape", "raw_unicode_escape", "undefined",
             "big5hkscs", "shift_jis_2004", "klingon", "", "os.path", "a\0b", "../utf-8", "é"]
)  # fmt: skip
def test_what_is_no_encoding_of_text_is_refused_cheaply(name: str) -> None:
    began = process_time()
    with pytest.raises(EditRefused):
        decode_document(b"a" * 5_000_000, name)
    assert process_time() - began < 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "# -*- coding: latin-1 -*-\ns = 'é'\n"),
        ("a.py", "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\ns = 'é'\n"),
        ("a.py", "\f# coding=iso-8859-15\ns = '€é'\n"),
        ("a.rb", "# encoding: iso-8859-1\ns = 'é'\n"),
        ("a.xml", '<?xml version="1.0" encoding="ISO-8859-1"?>\n<a>é</a>\n'),
        ("a.svg", "<?xml version='1.0' encoding='windows-1252'?>\n<a>é</a>\n"),
        ("a.html", '<html><head><META Charset="iso-8859-1"></head>é</html>\n'),
        ("a.html", '<meta http-equiv="Content-Type" content="text/html; charset=latin1">é\n'),
        ("a.css", '@charset "iso-8859-1";\na { b: "é"; }\n'),
    ],
)
def test_a_file_says_it_in_the_way_of_its_kind(path: str, text: str) -> None:
    encoding = "iso8859-15" if "15" in text else "latin-1"
    raw = text.encode(encoding)
    document = decode_document(raw, path=path)
    assert document.text == text and not document.encoding_guessed
    assert edited(document, document.body.replace("é", "è"))[1] == raw.replace(b"\xe9", b"\xe8")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.c", '// Character encoding: see RFC 3629\nchar *s = "é";\n'),
        ("a.sh", "# Character encoding: see the manual, é\n"),
        ("a.el", ";; -*- coding: klingon -*-\n;; é\n"),
        ("a.js", "/* coding: rot13 */\nlet a = 'é';\n"),
        ("a.py", "import os  # coding: latin-1\ns = 'é'\n"),
        ("a.py", "s = 'é'\n# coding: latin-1\n"),
        ("a.py", "\n\n# coding: latin-1\ns = 'é'\n"),
        ("a.py", "'''\n# coding: é'''\n"),
        ("a.css", 'a { b: "é"; }\n@charset "latin-1";\n'),
        ("a.xml", '<a>é<?xml version="1.0" encoding="latin-1"?></a>\n'),
        ("a.md", '<meta charset="latin-1">é\n'),
        ("a.html", " " * 1100 + '<meta charset="latin-1">é\n'),
        ("a.txt", "# coding: klingon\né\n"),
    ],
)
def test_what_only_looks_like_it_means_nothing(path: str, text: str) -> None:
    document = decode_document(text.encode(), path=path)
    assert (document.encoding, document.text) == ("utf-8", text)


def test_the_caller_says_it() -> None:
    raw = "# Эта функция складывает\nx = 1\n".encode("koi8-r")
    document = decode_document(raw, "KOI8-R", path="a.py")
    assert (document.encoding, document.encoding_guessed) == ("koi8-r", False)
    made = edited(document, document.body.replace("x = 1", "x = 'да'"))[1]
    assert made == raw.replace(b"1", "'да'".encode("koi8-r"))
    with pytest.raises(EditRefused, match="'→' cannot be written in koi8-r"):
        edited(document, document.body.replace("1", "'→'"))
    wide = "a = 1\n".encode("utf-16-be")
    assert decode_document(wide, "utf-16-be").text == "a = 1\n"
    with pytest.raises(EditRefused, match="byte order mark of utf-8; it is not cp1252"):
        decode_document(codecs.BOM_UTF8 + b"a\n", "cp1252")
    with pytest.raises(EditRefused, match="NUL byte"):
        decode_document(b"a\0b", "utf-8")


GUESSED = [
    ("cp1252", FRENCH),
    ("cp1252", "name = 'café'\nsize = 1\n"),
    ("cp1252", "// Größe ändern, für Übergabe\nint size = 1;\n"),
    ("gbk", "# 这个函数计算两个数的和\nsize = 1\n"),
    ("euc_jp", "# この関数は合計を計算します\nsize = 1\n"),
    ("euc_kr", "# 이 함수는 합계를 계산합니다\nsize = 1\n"),
    ("cp1251", "# Эта функция вычисляет сумму двух чисел, и всё\nsize = 1\n"),
]


@pytest.mark.parametrize(("encoding", "text"), GUESSED)
def test_a_guess_changes_no_byte_that_is_not_edited(encoding: str, text: str) -> None:
    raw = text.encode(encoding)
    document = decode_document(raw, path="a.py")
    assert document.encoding_guessed
    new = document.body.replace(" 1\n", " 2\n") + "# more\n"
    assert edited(document, new)[1] == raw.replace(b" 1\n", b" 2\n") + b"# more\n"
    moved = "".join(reversed(document.body.splitlines(True)))
    assert edited(document, moved)[1] == b"".join(reversed(raw.splitlines(True)))
    with pytest.raises(EditRefused, match="is a guess; say what it is with --encoding"):
        edited(document, document.body + "# ñ\n")


@pytest.mark.parametrize(
    "raw",
    [
        "x = '表示'  # ソース\n".encode("cp932"),  # its second bytes are backslashes, and more
        "a = '許功蓋'\n".encode("big5"),
        "s = 'über'\nt = 'é'\n".encode() + b"# \xe9t\xe9\n",  # two encodings in one file
        bytes(range(1, 256)),
        b"\xff\xfa\x00",
        b"\x81\x8d\xff\n",
        b"text \x01\x02 \xe9\n",
    ],
)
def test_what_is_not_sure_is_not_guessed(raw: bytes) -> None:
    with pytest.raises(EditRefused, match=r"with --encoding|binary"):
        decode_document(raw, path="a.py")


@given(st.text(st.sampled_from("ab '\"\\{}[]\n\t,.é中文あアソ表ñßЖж가"), max_size=60), st.sampled_from(
    ["cp1252", "cp1251", "gbk", "gb18030", "cp932", "euc_jp", "euc_kr", "cp949", "big5", "koi8-r"]
), st.data())  # fmt: skip
def test_no_guess_ever_splits_a_character(text: str, encoding: str, data: st.DataObject) -> None:
    """Deleting lines, in whatever encoding they are thought to be, is deleting these lines of bytes."""
    raw = text.encode(encoding, "ignore")
    try:
        document = decode_document(raw)
    except EditRefused:
        return
    lines = document.lines.splitlines(True)
    kept = [line for line in lines if data.draw(st.booleans())]
    body = "".join(kept)
    if not body or not document.text.endswith("\n"):
        return
    _, made = edited(document, body)
    own = Document(raw, b"", encoding).lines.splitlines(True)
    assert len(own) == len(lines)
    wanted = [o for o, line in zip(own, lines, strict=True) if line in kept]
    assert made.decode(encoding).count("\n") == len(kept) and set(
        made.decode(encoding).splitlines(True)
    ) <= set(wanted)
