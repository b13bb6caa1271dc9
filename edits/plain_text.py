"""Instructions for texts of any kind: the value of a key, whole lines, and words for words.

"change the port of web from 8080 to 9090", "delete the line B=2", "delete lines 3-5", "add the line C=3 to the end",
'replace "colour" with "color"'. What fits several places is refused, unless all are asked for.
"""

import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import PurePath

from specedit.edits.entries import Entry, entries
from specedit.edits.instruction.templates import ADD, REMOVE, read
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.alike import nearest
from specedit.edits.text import indent_of, line_of, split_lines, whole_number
from specedit.edits.word_for_word import replaced
from specedit.engine.errors import AmbiguousPlace, EditRefused

EXAMPLES = (
    "change the port of web from 8080 to 9090",
    "delete the line DEBUG=1",
    "delete lines 3-5",
    "add the line DEBUG=1 to the end",
    'replace "colour" with "color"',
    'replace every "colour" with "color"',
)
_VALUE = (
    r"(?:change|set|update|bump|increase|raise|lower|decrease) (?:the )?(?:value of )?(?:the )?<key:(`[^`]+`|[^`]+?)>"
    r"(?: (?:of|in|for|under) (?:the )?<within:(`[^`]+`|[^`]+?)>)?(?: from <old:code>)? to <new:code>"
)
_DELETE_NUMBERS = rf"{REMOVE} (?:the )?lines? <a:(\d+)>(?: ?(?:-|to|through) ?<b:(\d+)>)?"
_DELETE_LINE = rf"{REMOVE} the line <line:code>"
_ADD_LINE = (
    r"(?:add|append|insert) (?:a |the )?line <line:code> (?:at|to) the <edge:(end|bottom|top|start|beginning)>",
    rf"(?:{ADD}|put) (?:a |the )?line <line:code> <where:(after|below|before|above)> (?:the )?line <beside:code>",
    rf"(?:{ADD}|put) <line:(`[^`\n]+`)> (?:right |directly |just )?<where:(after|below|before|above)> line <beside:(\d+)>",
)
_QUOTED = r"(?:\"[^\"]+\"|'[^']+'|`[^`]+`)"
_REPLACE = rf"replace (?:<all:(all|every|each)> (?:occurrences? of )?)?<old:({_QUOTED})> (?:with|by) <new:({_QUOTED}|\"\"|'')>(?: <all2:(everywhere|throughout)>)?"
_WORDS = re.compile(r"[^\W_]+")
_DESCRIBED = re.compile(r"(?:the|an?|its|be|match|whatever|something)\s+[a-z]{2}")  # and not given
_NOUNS = frozenset(["section", "table", "block", "service", "rule", "object", "group", "element", "item"])  # fmt: skip


def predict(instruction: str, text: str, path: str) -> Prediction | None:
    """Return the text edited, or None if the instruction is of no form that needs no syntax.

    Raises:
        EditRefused: it is, but the text does not fit it.
    """
    if slots := read(instruction, _DELETE_NUMBERS):
        first, last = (whole_number(slots.get(end, slots["a"])) for end in ("a", "b"))
        return _made("line", _without_lines(text, first, last))
    if slots := read(instruction, _DELETE_LINE):
        number = _line_that_reads(text, _bare(slots["line"]))
        return _made("line", _without_lines(text, number, number))
    if slots := read(instruction, *_ADD_LINE):
        return _made("line", _with_line(text, slots))
    if slots := read(instruction, _REPLACE):
        return _made("replace", _replaced(text, slots))
    known = entries(text, path)
    if known and (slots := read(instruction, _VALUE)):
        entry = None if _DESCRIBED.match(slots["new"]) else _entry(text, known, slots)
        return _made("value", _with_value(text, path, entry, slots)) if entry else None
    return None


def _made(origin: str, body: str) -> Prediction:
    return Prediction(origin, body, certain=True)


def _bare(word: str) -> str:
    word = word.strip()
    quoted = len(word) > 1 and word[0] == word[-1] and word[0] in "\"'`"
    return word[1:-1] if quoted else word


def _without_lines(text: str, first: int, last: int) -> str:
    lines = split_lines(text)
    if not 1 <= first <= last <= len(lines):
        raise EditRefused(f"the file has lines 1 to {len(lines)}, not {first} to {last}")
    return "".join([*lines[: first - 1], *lines[last:]])


def _line_that_reads(text: str, content: str) -> int:
    numbers = [i for i, line in enumerate(text.split("\n"), 1) if line.strip() == content.strip()]
    if not numbers:
        raise EditRefused(f"no line reads {content!r}")
    if len(numbers) > 1:
        raise AmbiguousPlace(
            f'{content!r} is line {", ".join(map(str, numbers))}; say which, as "delete line {numbers[0]}"',
            numbers,
        )
    return numbers[0]


def _with_line(text: str, slots: dict[str, str]) -> str:
    lines, new = split_lines(text), _bare(slots["line"])
    if "edge" in slots:
        at = len(lines) if slots["edge"] in ("end", "bottom") else 0
        beside = ""
    else:
        number = slots["beside"]
        at = whole_number(number) if number.isdecimal() else _line_that_reads(text, _bare(number))
        if not 1 <= at <= len(lines):
            raise EditRefused(f"the file has lines 1 to {len(lines)}, not {at}")
        beside = lines[at - 1]
        at -= slots["where"] in ("before", "above")
    indent = indent_of(beside.rstrip()) if not new[:1].isspace() else ""
    return "".join([*lines[:at], f"{indent}{new}\n", *lines[at:]])


def _replaced(text: str, slots: dict[str, str]) -> str:
    every = not {"all", "all2"}.isdisjoint(slots)
    return replaced(text, slots["old"][1:-1], slots["new"][1:-1], every=every)


def _with_value(text: str, path: str, entry: Entry, slots: dict[str, str]) -> str:
    written = text[entry.start : entry.end]
    if "old" in slots and _bare(slots["old"]) != _bare(written):
        line = line_of(text, entry.start)
        raise EditRefused(f"'{entry.key}' is {written} on line {line}, not {slots['old']}")
    new = _as_written(slots["new"].strip(), written, path)
    after = text[: entry.start] + new + text[entry.end :]
    _refuse_damage(text, after, path, new)
    return after


def _entry(text: str, known: Sequence[Entry], slots: dict[str, str]) -> Entry | None:
    """The one entry that a key and what it stands in mean; None if it is no key, nor like one."""
    key, within = _bare(slots["key"]), _bare(slots.get("within", ""))
    matches = [e for e in known if _is_called(e, key, within)]
    if len(matches) > 1 and "old" in slots:
        matches = [
            e for e in matches if _bare(text[e.start : e.end]) == _bare(slots["old"])
        ] or matches
    matches = [e for e in matches if e.key == key.split(".")[-1]] or matches
    if not matches:
        keys = sorted({".".join([*entry.within, entry.key]) for entry in known})
        like = [k for k in keys if nearest(key.split(".")[-1], [k.split(".")[-1]])]
        if not like:
            return None
        raise EditRefused(
            f"no value is called '{key}'{f' in {within}' if within else ''}; nearest: {', '.join(like[:5])}"
        )
    if len(matches) > 1:
        lines = [line_of(text, entry.start) for entry in matches]
        places = ", ".join(
            f"line {line} ({'.'.join([*entry.within, entry.key])})"
            for entry, line in zip(matches, lines, strict=True)
        )
        raise AmbiguousPlace(
            f'\'{key}\' has several values: {places}; say which, as "{key} of …", or its value, as "from …"',
            lines,
        )
    return matches[0]


def _is_called(entry: Entry, key: str, within: str) -> bool:
    *outer, last = key.split(".") if "." in key and key != entry.key else [key]
    around = [_plain(part) for part in entry.within]
    if within:
        outer = [*outer, *(w for w in re.split(r"[\s.]+", within) if w and w.lower() not in _NOUNS)]
    # "the web port": the words before the last one may be what the key stands in.
    words = last.split()
    for cut in range(len(words)):
        inner = "".join(map(_plain, words[cut:]))
        if inner == _plain(entry.key):
            names = [_plain(word) for word in (*outer, *words[:cut])]
            return all(any(_holds(name, word) for name in around) for word in names)
    return False


def _plain(name: str) -> str:
    """A name as it is compared: its letters and digits, in lower case."""
    return (
        " ".join(_WORDS.findall(name)).lower()
        if " " in name
        else "".join(_WORDS.findall(name)).lower()
    )


def _holds(name: str, word: str) -> bool:
    return word == name or word in name.split()


def _as_written(value: str, written: str, path: str) -> str:
    """A new value in the quotes of the one that is there."""
    new, quote = _bare(value), written[:1] if written[:1] in ("'", '"') else ""
    if quote:
        if quote in new or "\\" in new or "\n" in new:
            raise EditRefused(
                f"{new!r} does not go into {quote}…{quote} as it is; give it by --patch"
            )
        return f"{quote}{new}{quote}"
    if value[:1] == '"' and PurePath(path).suffix in (".json", ".toml", ".jsonc"):
        return value
    return new


def _refuse_damage(before: str, after: str, path: str, new: str) -> None:
    """Refuse a value that makes no value of its kind of file."""
    suffix = PurePath(path).suffix.lower()
    bad = {".css": "[;{}\n]", ".scss": "[;{}\n]", ".less": "[;{}\n]", ".html": "[<>&\n]"}
    bad |= {".xml": "[<>&\n]", ".yaml": r"^[\s\[\]{}&*!|>%@`#,-]|: |:$| #|\n", ".htm": "[<>&\n]"}
    pattern = bad.get(".yaml" if suffix == ".yml" else suffix, r"\n|[ \t][#;]")
    reads = {".json": json.loads, ".toml": tomllib.loads}.get(suffix)
    quoted = new[:1] in ("'", '"')
    problem = not new or (not quoted and re.search(pattern, new) is not None)
    if reads is not None and not problem:
        problem = _reads(before, reads) and not _reads(after, reads)
    if problem:
        raise EditRefused(
            f"{new!r} is no value of one line for this file; quote it, or give a patch"
        )


def _reads(text: str, reads: object) -> bool:
    assert callable(reads)
    try:
        reads(text)
    except ValueError:
        return False
    return True
