"""In what encoding a file is: as it says itself where its kind has a way to, else guessed where a guess can do no harm.

To edit bytes in place, all that must be known is which bytes make a character. So the codecs that are taken are those
in which a character is the same bytes wherever it stands, and a guess is made only where no other would divide the
bytes otherwise. What it calls the characters may be wrong: new ones are not written then (see `Document`).
"""

import codecs
import re
from collections.abc import Callable, Mapping

from specedit.edits.syntax.language import words
from specedit.edits.syntax.languages import language_of
from specedit.engine.errors import EditRefused

# Python's names of them, as of `codecs.lookup`.
_UNICODE = "utf-8 utf-16-le utf-16-be utf-32-le utf-32-be ascii"
_EUROPEAN = (
    "iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10 iso8859-11 "
    "iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp437 "
    "cp720 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869 cp874 cp1125 "
    "koi8-r koi8-u koi8-t mac-roman mac-cyrillic mac-greek mac-latin2 mac-turkish mac-iceland hp-roman8 kz1048 tis-620 "
    "ptcp154"
)
_ASIAN = "gb2312 gbk gb18030 big5 cp950 shift_jis cp932 euc_jp euc_kr cp949 johab"
_CODECS = words(f"{_UNICODE} {_EUROPEAN} {_ASIAN}")
_STATEFUL = re.compile(r"iso2022|hz$|utf-7$")
_MARKED = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263; Ruby's
_XML = re.compile(rb"<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([-\w.:]+)[\"']")
_HTML = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([-\w.:]+)", re.IGNORECASE)
_CSS = re.compile(rb'@charset "([-\w.:]+)";')
_HTML_PRESCAN = 1024  # bytes that a browser looks at
# The encodings in which two bytes make a character, and the second may look like ASCII.
_DOUBLE = ("gb18030", "cp932", "big5", "cp949")
_PAIRS = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xfe][\xa1-\xfe])*")  # GB2312, EUC-JP, EUC-KR
_KANA = re.compile(rb"(?:\xa4[\xa1-\xf3]){2}")  # of EUC-JP
_TELLING = 8  # bytes beyond ASCII that fit one of them by chance only rarely
_SINGLE = "cp1252"
_LETTERS = re.compile(rb"[\xc0-\xff]+")  # with accents
_HIGH = re.compile(rb"[\x80-\xff]+")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")


def codec_named(name: str, remedy: str) -> str:
    """Return Python's name of an encoding that files can be edited in; `remedy` ends the message if there is none.

    Raises:
        EditRefused: it is unknown, no encoding of text, or one in which bytes mean what those before them say.
    """
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError) as error:  # ValueError: a NUL in it
        raise EditRefused(f"unknown encoding {name!r}; {remedy}") from error
    codec = _MARKED.get(codec, codec)
    if _STATEFUL.match(codec):
        raise EditRefused(
            f"{name!r} is a stateful encoding: what bytes mean depends on those before them, so that nothing can be "
            "edited in place; convert the file to UTF-8 first"
        )
    if codec not in _CODECS:
        raise EditRefused(
            f"{name!r} encodes no text, or none that can be edited in place; {remedy}"
        )
    return codec


def declared_encoding(data: bytes, path: str) -> str | None:
    """Return the encoding that a file declares in the way of its kind, or None. Without a path it may be Python.

    Raises:
        EditRefused: as of `codec_named`.
    """
    language = language_of(path) if path else None
    kind = language.encoding_in if language is not None else "" if path else "comment"
    name = _DECLARED[kind](data) if kind in _DECLARED else None
    return codec_named(name.decode("ascii"), "fix the declaration") if name else None


def guessed_encoding(data: bytes) -> str | None:
    """Return an encoding that divides the bytes as the one they are in would, or None where that is not sure."""
    if _CONTROLS.search(data):
        return None
    if _has_lone_letters(data):
        return _SINGLE if _fits(data, _SINGLE) else None
    if _PAIRS.fullmatch(data):
        names = ("euc_jp", "gb18030") if _KANA.search(data) else ("gb18030", "euc_jp")
        return next((name for name in names if _fits(data, name)), None)
    fitting = [name for name in _DOUBLE if _fits(data, name)]
    if fitting:
        is_enough = sum(map(len, _HIGH.findall(data))) >= _TELLING
        return fitting[0] if len(fitting) == 1 and is_enough else None
    return _SINGLE if _fits(data, _SINGLE) and not _UTF8_LETTER.search(data) else None


def _has_lone_letters(data: bytes) -> bool:
    """Whether what is not ASCII is letters, one by one, as in European text: of two bytes each they come in twos."""
    runs = _HIGH.findall(data)
    lone = sum(len(run) == 1 for run in runs)
    return 2 * lone > len(runs) and all(len(run) < 3 and _LETTERS.fullmatch(run) for run in runs)


def _fits(data: bytes, encoding: str) -> bool:
    try:
        return data.decode(encoding).encode(encoding) == data
    except UnicodeError:
        return False


def _declared_in_comment(data: bytes) -> bytes | None:
    """The cookie of the first line, or of the second below a comment or an empty line."""
    first, _, rest = data.partition(b"\n")
    match = _COOKIE.match(first)
    if match is None and not first.split(b"#")[0].strip():
        match = _COOKIE.match(rest.partition(b"\n")[0])
    return match[1] if match else None


def _declared_in_xml(data: bytes) -> bytes | None:
    match = _XML.match(data)
    return match[1] if match else None


def _declared_in_html(data: bytes) -> bytes | None:
    match = _HTML.search(data[:_HTML_PRESCAN])
    return match[1] if match else _declared_in_xml(data)


def _declared_in_css(data: bytes) -> bytes | None:
    match = _CSS.match(data)
    return match[1] if match else None


_DECLARED: Mapping[str, Callable[[bytes], bytes | None]] = {
    "comment": _declared_in_comment,
    "xml": _declared_in_xml,
    "html": _declared_in_html,
    "css": _declared_in_css,
}
