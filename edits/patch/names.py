"""The file names in a patch, and whether they mean the file at hand: their folders may be others."""

import re
from pathlib import PurePath

# What stands where a name should, in patches of texts that have none.
_NO_NAMES = re.compile(
    r"(?i)-|stdin|(?:file(?:name)?|old|new|before|after|current|updated)(?:[ _-](?:file|version|code))?"
    r"|(?:original|modified)(?:\.\w+)?|path/to/(?:the/|your/)?file(?:\.\w+)?"
)
_VERSION = r"(?:[.~_ -].*)?"  # what is put behind the name of a copy: .orig, -v2, ~


def plain(name: str) -> str:
    """Return a file name without a time stamp, quotes, and the `a/` or `b/` of git."""
    if quoted := re.match(r'"(?:\\.|[^"\\])*\\[0-7"\\abfnrtv](?:\\.|[^"\\])*"', name):
        return re.sub(r"^[abciow]/", "", _unquoted(quoted[0]))
    name = re.split(r"\t|  +\(|\s+\((?:revision|working copy)", name)[0].strip().strip('"`')
    return re.sub(r"^[abciow]/", "", name.replace("\\", "/"))


def _unquoted(name: str) -> str:
    """A name as git quotes it, in the way of C: its bytes beyond ASCII in octal, which are UTF-8."""
    simple = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))

    def byte(match: re.Match[str]) -> str:
        digits, sign = match[1], match[2]
        return chr(int(digits, 8) & 0xFF) if digits else simple.get(sign, sign)

    plain_text = name[1:-1].encode("utf-8").decode("latin-1")
    raw = re.sub(r"\\(?:([0-7]{3})|(.))", byte, plain_text)
    return raw.encode("latin-1").decode("utf-8", "replace")


def is_name(name: str) -> bool:
    """Return whether this names a file, and is no `original` or `path/to/file.py`."""
    return bool(name.strip()) and not _NO_NAMES.fullmatch(name.strip())


def ends_alike(name: str, path: str) -> bool:
    """Return whether one path is the end of the other, with a folder at least."""
    shorter, longer = sorted((PurePath(name).parts, PurePath(path).parts), key=len)
    return len(shorter) > 1 and longer[-len(shorter) :] == shorter


def has_same_base(name: str, path: str) -> bool:
    """Return whether both are the same but for their folders."""
    return PurePath(name).name == PurePath(path).name


def is_version(name: str, path: str) -> bool:
    """Return whether a name is that of a copy of the file, as `a.py.orig` and `a.py-v2` are of `a.py`."""
    base = PurePath(path).name
    return bool(re.fullmatch(re.escape(base) + _VERSION, PurePath(name).name))
