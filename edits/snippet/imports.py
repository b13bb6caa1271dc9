"""The imports that a lazy snippet begins with: set apart from its code, and merged with the file's one by one.

Models write an import right above the function that needs it, or show one import of many. To take that for a piece of the
file, in which nothing lies between the two, would be to delete what does.
"""

import re
from collections import Counter
from collections.abc import Sequence

from specedit.edits.operations.imports import added, first_row
from specedit.edits.prediction import Note
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.text import changed_lines, split_lines

_MODULE = (  # what an import takes names from; Python, JavaScript and TypeScript, Rust
    re.compile(r"from\s+([\w.]+)\s+import\b"),
    re.compile(r"import\b.*\bfrom\s*['\"]([^'\"]+)['\"]"),
    re.compile(r"use\s+([\w:]+?)::(?:\{.*\}|\w+);?$"),
)


def leading_imports(
    shown: SnippetLines, source: Source
) -> tuple[SnippetLines, list[str], list[str]]:
    """The snippet without the code that it begins with, if all of that is new; its imports, and the rest of it.

    Nothing tells the place of that code; at the top of the file it would stand above the docstring.
    """
    end = shown.lines.index(None) if None in shown.lines else 0
    part = [line or "" for line in shown.lines[:end]]
    given = Source("".join(f"{line}\n" for line in part), source.language)
    times = Counter(line.strip() for line in source.text.split("\n"))
    names = {definition.name for definition in source.definitions}
    imports = [n for n in given.root.named_children if n.type in source.language.imports]
    code = [n for n in given.root.named_children if n not in imports and "comment" not in n.type]
    if (
        not code
        or given.root.has_error
        or given.code(code[0])[:1] in "\"'"
        or _end(code[0]) <= max(map(_end, imports), default=0)
        or any(times[line.strip()] == 1 and re.search(r"\w", line) for line in part)
        or any(definition.name in names for definition in given.definitions)
        or not _begin(source)
    ):
        return shown, [], []
    after = max(map(_end, imports), default=0)
    statements = [statement for node in imports for statement in _statements(given, node)]
    return shown.without(0, end), statements, part[after:]


def _statements(given: Source, node: Node) -> list[str]:
    """An import as statements: Go has several in one."""
    text = given.code(node).rstrip("\n")
    if given.language.groups_imports:
        return re.findall(r"(?:[\w.]+ )?\"[^\"\n]+\"", text)
    return [text]


def insert_after_imports(text: str, code: Sequence[str], source: Source) -> tuple[str, Note]:
    """Return `text`, made of the source's, with code below its imports, and what to show of it where in the source."""
    lines = split_lines(text)
    at = _begin(Source(text, source.language))
    rest = lines[at + _blank(lines[at:]) :]
    above, below = _blank(code), _blank(lines[at:]) if rest else 0
    new = "".join(f"{line}\n" for line in code).strip("\n") + "\n"
    gaps = "\n" * max(1, above or below), "\n" * max(1, below) if rest else ""
    row = _begin(source)
    return "".join([*lines[:at], gaps[0], new, gaps[1], *rest]), Note(row - 1, row, new)


def _blank(lines: Sequence[str]) -> int:
    """How many blank lines come first."""
    return next((n for n, line in enumerate(lines) if line.strip()), len(lines))


def _begin(source: Source) -> int:
    """The line where a file's own code begins: after its imports, or where they would stand."""
    first = min((source.lines_of(d)[0] for d in source.definitions), default=1 << 30)
    ends = [_end(n) for n in source.root.named_children if n.type in source.language.imports]
    return max((end for end in ends if end <= first), default=first_row(source))


def split_imports(shown: SnippetLines, source: Source) -> SnippetLines:
    """The snippet with a marker between the imports that it begins with and code which stands elsewhere in the file.

    Not where the snippet has most of the file's lines, or where no import is new and no definition lies between: it is
    taken at its word.
    """
    count = len(shown.lines)
    end = shown.lines.index(None) if None in shown.lines else count
    part = [line or "" for line in shown.lines[:end]]
    lines = source.text.split("\n")
    known = {line.strip() for line in lines}
    row = _after_imports(part, source, known)
    if row is None or row >= end or part[row].strip() or not any(map(str.strip, part[row:])):
        return shown
    own = {line.strip() for line in part}
    telling = [line.strip() for line in lines if re.search(r"\w", line)]
    if end == count and 2 * sum(line in own for line in telling) > len(telling):
        return shown
    imports = {line.strip() for line in part[:row] if line.strip()}
    rows = _rows_of(part[row:], source)
    above = [next((a for a in range(at - 1, -1, -1) if lines[a].strip()), -1) for at in rows]
    if not rows or any(a >= 0 and lines[a].strip() in imports for a in above):
        return shown
    if imports <= known:
        last = max(at for at, line in enumerate(lines) if line.strip() in imports)
        spans = [source.lines_of(d) for d in source.definitions if d.kind != "constant"]
        if not any(last < a and b <= min(rows) for a, b in spans):
            return shown
    ended = shown.with_marker(count, count) if end == count else shown
    return ended.with_marker(row, row)


def _after_imports(part: Sequence[str], source: Source, known: set[str]) -> int | None:
    """The line after the imports that a part begins with, or after what stands above them in the file too."""
    given = Source("".join(f"{line}\n" for line in part), source.language)
    last: Node | None = None
    for node in given.root.named_children:
        if node.type in source.language.imports:
            last = node
        elif "comment" not in node.type:
            own = part[node.start_point[0] : _end(node)]
            if last is not None or not all(line.strip() in known for line in own):
                break
    return None if last is None else _end(last)


def _end(node: Node) -> int:
    """The line after a node."""
    return node.end_point[0] + (node.end_point[1] > 0)


def _rows_of(rest: Sequence[str], source: Source) -> list[int]:
    """The lines of the file where the code that begins a stretch may stand."""
    given = Source("".join(f"{line}\n" for line in rest), source.language)
    first = next(row for row, line in enumerate(rest) if line.strip())
    for definition in given.definitions:
        if given.lines_of(definition)[0] <= first < given.lines_of(definition)[1]:
            named = [d for d in source.definitions if d.name == definition.name]
            return [source.lines_of(d)[0] for d in named if d.kind == definition.kind]
    text = rest[first].strip()
    if not re.search(r"\w", text):
        return []
    return [row for row, line in enumerate(source.text.split("\n")) if line.strip() == text]


def extract_imports(shown: SnippetLines, source: Source) -> tuple[SnippetLines, list[str]]:
    """The snippet without the new imports that its first part ends with, if it shows nothing else that is new; and those."""
    end = shown.lines.index(None) if None in shown.lines else len(shown.lines)
    part = [line or "" for line in shown.lines[:end]]
    given = Source("".join(f"{line}\n" for line in part), source.language)
    known = {line.strip() for line in source.text.split("\n")}
    rows = [row for row, line in enumerate(part) if line.strip()]
    kept = max((row + 1 for row in rows if part[row].strip() in known), default=0)
    new = {row for row in rows if part[row].strip() not in known}
    for node in given.root.named_children:
        if node.type in source.language.imports and _end(node) == node.start_point[0] + 1:
            new.discard(node.start_point[0])
    alone = not any(
        part[node.start_point[0]].strip() not in known
        for node in given.root.named_children
        if node.type not in source.language.imports and "comment" not in node.type
    )
    if given.root.has_error or new or not alone:
        return shown, []
    imports = [part[row].strip() for row in rows if row >= kept]
    return shown.without(kept, end), imports


def merge_imports(text: str, statements: Sequence[str], source: Source) -> tuple[str, list[Note]]:
    """Return `text`, made of the source's, with the imports, and what to show of them where in the source."""
    notes = []
    before = split_lines(source.text)
    for statement in statements:
        text = _with(Source(text, source.language), statement)
        after = split_lines(_with(source, statement))
        for first, last, _, _ in changed_lines(before, after):
            shown = (max(0, first - 1), min(len(before), last + 1))
            notes.append(Note(*shown, f"{statement}\n"))
    return text, notes


def _with(source: Source, statement: str) -> str:
    """The text with an import: in place of one that takes some of its names from the same module, or after the others."""
    module, words = _module(statement), set(re.findall(r"\w+", statement))
    for node in source.root.named_children:
        if module is None or node.type not in source.language.imports:
            continue
        old = source.code(node)
        if _module(old) == module and set(re.findall(r"\w+", old)) < words:
            return source.spliced({(node.start_byte, node.end_byte): statement})
    return added(source, statement)


def _module(statement: str) -> str | None:
    matches = (pattern.match(statement.strip()) for pattern in _MODULE)
    return next((match[1] for match in matches if match), None)
