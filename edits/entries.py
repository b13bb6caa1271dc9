"""Keys and values in files of data, styles and markup: what a person calls "the port of web". Found by line and bracket.

An entry is only what has a value on one line; lists, tables and blocks are not.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class Entry:
    """A key, its value at text[start:end] as it is written, and what they stand in, from outside to inside."""

    key: str
    start: int
    end: int
    within: tuple[str, ...]


def entries(text: str, path: str) -> list[Entry]:
    """Return the entries of a text, in order, by the kind of file that its name tells; none where it tells none."""
    suffix = PurePath(path).suffix.lower() or PurePath(path).name.lower()
    return list(_FORMATS[suffix](text)) if suffix in _FORMATS else []


_JSON = re.compile(
    r"""(?P<skip>//[^\n]*|/\*.*?\*/|\s+)|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<mark>[{}\[\]:,])|(?P<word>[^\s{}\[\]:,"]+)""",
    re.DOTALL,
)


def _json(text: str) -> Iterator[Entry]:
    tokens = [match for match in _JSON.finditer(text) if match.lastgroup != "skip"]
    stack: list[str] = []
    key, before = "", ""
    for token, following in pairwise([*tokens, None]):
        assert token is not None
        value = token[0]
        if value in "{[":
            stack.append(key)
            key = ""
        elif value in "}]" and stack:
            stack.pop()
        elif following is not None and following[0] == ":" and token.lastgroup == "string":
            key = value[1:-1]
        elif before == ":" and key:
            yield Entry(key, *token.span(), tuple(filter(None, stack)))
        before = value


_SECTION = re.compile(r"[ \t]*\[+([^\]\n]+)\]+[ \t]*(?:[#;].*)?")
_SETTING = re.compile(
    r"""[ \t]*(?:export[ \t]+|ENV[ \t]+|ARG[ \t]+)?(?P<key>"[^"\n]+"|'[^'\n]+'|[A-Za-z_][\w.-]*)[ \t]*
    [:?+]?=[ \t]*(?P<value>"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"'\[{#;][^\n]*?)(?:[ \t]+[#;][^\n]*)?[ \t]*""",
    re.VERBOSE,
)


_LONG_STRING = re.compile(r"(\"{3}|'{3}).*?\1", re.DOTALL)


def _settings(text: str) -> Iterator[Entry]:
    within: tuple[str, ...] = ()
    # What stands in a string of several lines looks like a setting, and is none.
    text = _LONG_STRING.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    for start, line in _lines(text):
        if header := _SECTION.fullmatch(line):
            within = tuple(part.strip(" \"'") for part in header[1].split("."))
        elif setting := _SETTING.fullmatch(line):
            *outer, key = setting["key"].strip("\"'").split(".")
            yield Entry(key, *_span(setting, start), (*within, *outer))


_MAPPING = re.compile(
    r"""(?P<indent>[ ]*(?:-[ ]+)*)(?P<key>"[^"\n]+"|'[^'\n]+'|[^\s#:'"&*!|>%@`{}\[\],-][^\n:#]*?)[ ]*:(?=\s|$)[ ]*
    (?P<value>"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"'\[{#&*!|>][^\n]*?)?(?P<rest>[|>][^\n]*)?(?:[ ]+\#[^\n]*)?[ ]*""",
    re.VERBOSE,
)


def _yaml(text: str) -> Iterator[Entry]:
    stack: list[tuple[int, str]] = []
    block = -1  # indentation of a key whose value is a block of text
    for start, line in _lines(text):
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip() or (block >= 0 and indent > block):
            continue
        block = -1
        mapping = _MAPPING.fullmatch(line)
        if mapping is None:
            continue
        indent, key = len(mapping["indent"]), mapping["key"].strip("\"'")
        while stack and stack[-1][0] >= indent:
            stack.pop()
        if mapping["value"]:
            yield Entry(key, *_span(mapping, start), tuple(name for _, name in stack))
            if "-" in mapping["indent"] and key in ("name", "id"):  # an item that has a name
                stack.append((indent - 1, mapping["value"].strip("\"'")))
        block = indent if mapping["rest"] else -1
        stack.append((indent, key))


_STYLE = re.compile(
    r"""(?P<skip>/\*.*?\*/|(?<![:\w])//[^\n]*)|(?P<end>\})
    |(?P<key>[$@]?[\w-]+)[ \t]*:[ \t]*(?P<value>(?:[^;{}"'\n]|"[^"\n]*"|'[^'\n]*')+?)[ \t]*(?=[;}\n])(?![^;{}]*\{)
    |(?P<open>[^;{}]+)\{""",
    re.VERBOSE | re.DOTALL,
)


def _css(text: str) -> Iterator[Entry]:
    stack: list[str] = []
    for match in _STYLE.finditer(text):
        if match["open"]:
            stack.append(match["open"].strip())
        elif match["end"] and stack:
            stack.pop()
        elif match["key"]:
            yield Entry(match["key"], *_span(match, 0), tuple(stack))


_TAG = re.compile(
    r"<!--.*?-->|<(?P<tag>[A-Za-z][\w:.-]*)(?P<attributes>(?:\s+[^<>]*)?)/?>(?:(?P<text>[^<]*)</(?P=tag)\s*>)?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"(?P<key>[\w:.-]+)\s*=\s*(?P<value>\"[^\"]*\"|'[^']*')")
_CODE = ("script", "style")


def _markup(text: str) -> Iterator[Entry]:
    for match in _TAG.finditer(text):
        if match["tag"] is None:
            continue
        named = [match["tag"]]
        for attribute in _ATTRIBUTE.finditer(match["attributes"]):
            if attribute["key"] in ("id", "name", "class"):
                named.append(attribute["value"].strip("\"'"))
            start, end = _span(attribute, match.start("attributes"))
            yield Entry(attribute["key"], start, end, tuple(named))
        content = (match["text"] or "").strip()
        if content and "\n" not in content and match["tag"].lower() not in _CODE:
            start = match.start("text") + match["text"].index(content)
            yield Entry(match["tag"], start, start + len(content), tuple(named[1:]))


_HEADING = re.compile(
    r"^(?P<level>#{1,6})[ \t]+(?P<value>[^\n]*?)(?:[ \t]+#+)?[ \t]*$", re.MULTILINE
)
_UNDERLINED = re.compile(r"^(?P<value>[^\s#>-][^\n]*?)[ \t]*\n=+[ \t]*$", re.MULTILINE)
_FENCED = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)


def _markdown(text: str) -> Iterator[Entry]:
    front = re.match(r"---\n(.*?\n)---\n", text, re.DOTALL)
    if front:
        shift = front.start(1)
        for entry in _yaml(front[1]):
            yield Entry(entry.key, entry.start + shift, entry.end + shift, entry.within)
    code = [match.span() for match in _FENCED.finditer(text)]
    begin = front.end() if front else 0
    for heading in (*_UNDERLINED.finditer(text, begin), *_HEADING.finditer(text, begin)):
        if not any(start <= heading.start() < end for start, end in code):
            level = len(heading.groupdict().get("level", "#"))
            yield Entry("title" if level == 1 else "heading", *_span(heading, 0), ())


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def _span(match: re.Match[str], start: int) -> tuple[int, int]:
    return start + match.start("value"), start + match.end("value")


_KINDS: dict[Callable[[str], Iterator[Entry]], str] = {
    _json: ".json .jsonc .json5 .webmanifest",
    _settings: ".toml .ini .cfg .conf .properties .env .editorconfig .sh .bash .mk makefile dockerfile .dockerfile",
    _yaml: ".yaml .yml",
    _css: ".css .scss .less",
    _markup: ".html .htm .xml .svg .xhtml .csproj .plist",
    _markdown: ".md .markdown",
}
_FORMATS = {suffix: kind for kind, suffixes in _KINDS.items() for suffix in suffixes.split()}
