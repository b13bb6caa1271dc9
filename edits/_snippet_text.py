"""A lazy snippet as it comes: its code block, its units of indentation, its markers, its new imports."""

import re
from collections import Counter
from collections.abc import Sequence

from specedit.edits.alignment import Alignment, Snippet, parts
from specedit.edits.markers import is_marker
from specedit.edits.syntax import Source
from specedit.edits.text import indent_of
from specedit.engine.errors import EditRefused


def parsed_lines(text: str, known: set[str]) -> tuple[list[str | None], list[str]]:
    """The lines, None for a marker, and the lines' indentations. A marker that the file has itself is none."""
    lines = text.splitlines()
    found: list[str | None] = []
    indents: list[str] = []
    last, has_code = None, False  # the last marker, and whether code stands after it
    for i, line in enumerate(lines):
        marker = line not in known or "existing code" in line
        marker = marker and (is_marker(line) or _is_bare_ellipsis(lines, i))
        if marker and last is not None and not has_code:
            del found[last + 1 :], indents[last + 1 :]  # blank lines between two say nothing
        if marker:
            last, has_code = len(found), False
        elif line.strip():
            has_code = True
        found.append(None if marker else line)
        indents.append(indent_of(line))
    while found and found[0] is not None and not found[0].strip():
        del found[0], indents[0]
    while found and found[-1] is not None and not found[-1].strip():
        del found[-1], indents[-1]
    if not [line for line in found if line]:
        raise EditRefused("the snippet has no code besides its markers; give the lines that change")
    return found, indents


def _is_bare_ellipsis(lines: Sequence[str], i: int) -> bool:
    """Whether a line is `...` among other statements: then it stands for code, as the body of a stub it does not."""
    if lines[i].strip() not in ("...", "…"):
        return False
    around = [line for line in (*lines[:i][-1:], *lines[i + 1 :][:1]) if line.strip()]
    return any(indent_of(line) == indent_of(lines[i]) for line in around)


def in_units_of(body: str, snippet: str) -> str:
    """The snippet with tabs for its indentation, where most of the file has tabs and the snippet has none."""
    widths = [len(indent_of(line)) for line in snippet.split("\n") if line.strip()]
    unit = min((width for width in widths if width > 1), default=0)
    by_tabs = len(re.findall(r"^\t", body, re.M)) > len(re.findall(r"^ {2}", body, re.M))
    if not by_tabs or re.search(r"^\t", snippet, re.M) or not unit:
        return snippet
    return re.sub(
        r"^ +", lambda m: "\t" * (len(m[0]) // unit) + " " * (len(m[0]) % unit), snippet, flags=re.M
    )


def without_fence(snippet: str) -> str:
    """What stands in the snippet's code block, if it has exactly one."""
    blocks = re.findall(r"^(```+)[^\n`]*\n(.*?\n)\1[ \t]*$", snippet, re.DOTALL | re.MULTILINE)
    return blocks[0][1] if len(blocks) == 1 else snippet


def imports_apart(
    parsed: list[str | None], indents: list[str], source: Source | None
) -> tuple[list[str | None], list[str]]:
    """The snippet with a marker between imports that it begins with and code which stands elsewhere in the file.

    Models write the import above the function that needs it: to take what lies between in the file for deleted would
    be to take them at their word. A snippet with most of the file's lines is taken at its word.
    """
    end = parsed.index(None) if None in parsed else len(parsed)
    part = [line or "" for line in parsed[:end]]
    row = _after_imports(part, source) if source is not None else None
    if source is None or row is None or part[row].strip():
        return parsed, indents
    lines = [line.strip() for line in source.text.split("\n") if line.strip()]
    shown = {line.strip() for line in part}
    if end == len(parsed) and 2 * sum(line in shown for line in lines) > len(lines):
        return parsed, indents
    follows = next(line.strip() for line in part[row:] if line.strip())
    above = {before for before, line in zip(["", *lines], lines, strict=False) if line == follows}
    if not above or {line.strip() for line in part[:row]} & above:
        return parsed, indents
    rest = [*parsed[row:], *([None] if end == len(parsed) else [])]
    left = [*indents[row:], *([""] if end == len(parsed) else [])]
    return [*parsed[:row], None, *rest], [*indents[:row], "", *left]


def _after_imports(part: Sequence[str], source: Source) -> int | None:
    """The line after the imports that a part begins with; None without any, or without code after them."""
    given = Source("".join(f"{line}\n" for line in part), source.language)
    nodes = given.root.named_children
    count = next(
        (i for i, n in enumerate(nodes) if n.type not in source.language.imports), len(nodes)
    )
    return nodes[count - 1].end_point[0] + 1 if 0 < count < len(nodes) else None


def without_imports(
    parsed: list[str | None], source: Source | None
) -> tuple[list[str | None], list[str]]:
    """The snippet without a first part that is nothing but imports which the file lacks; and those."""
    end = parsed.index(None) if None in parsed else len(parsed)
    part = [line for line in parsed[:end] if line is not None and line.strip()]
    if source is None or not part:
        return parsed, []
    given = Source("".join(f"{line}\n" for line in part), source.language)
    nodes = given.root.named_children
    known = {line.strip() for line in source.text.split("\n")}
    if given.root.has_error or any(n.type not in source.language.imports for n in nodes):
        return parsed, []
    if any(line.strip() in known for line in part) or len(nodes) != len(part):
        return parsed, []
    return parsed[end:], part


def as_indented(snippet: Snippet, alignment: Alignment, lines: Sequence[str]) -> list[str | None]:
    """Return the snippet's lines indented as the file is, where all of a part is off by the same."""
    given = list(snippet.lines)
    moves = {part: _shift(snippet, alignment, lines, *part) for part in parts(snippet)}
    known = {shift for shift in moves.values() if shift is not None}
    for (start, end), shift in moves.items():
        if (
            shift is None and len(known) == 1
        ):  # nothing of this part tells: it is off as the others are
            shift = next(iter(known))
        if shift is not None and shift[0] != shift[1]:
            less, more = shift
            given[start:end] = [
                more + line.removeprefix(less) if line and line.strip() else line
                for line in given[start:end]
            ]
    return given


def _shift(
    snippet: Snippet, alignment: Alignment, lines: Sequence[str], start: int, end: int
) -> tuple[str, str] | None:
    """What indentation of a part stands for what of the file; None if no line tells."""
    shifts: Counter[tuple[str, str]] = Counter()
    for s in range(start, end):
        line, pair = snippet.lines[s], alignment.pairs[s]
        if line and pair >= 0 and line.strip() == lines[pair].strip():
            shifts[indent_of(line), indent_of(lines[pair])] += 1
    if not shifts:
        return None
    if any(old == new for old, new in shifts):
        return (
            "",
            "",
        )  # a line stands as it is in the file: what is indented otherwise is meant to be
    old, new = min(shifts, key=lambda shift: len(shift[0]))
    common = 0
    while common < min(len(old), len(new)) and old[-1 - common] == new[-1 - common]:
        common += 1
    return old[: len(old) - common], new[: len(new) - common]
