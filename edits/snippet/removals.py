"""Comments of a snippet that say that a definition is removed: `# save() removed`, `// removed: save`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specedit.edits.snippet.match import File, Shown
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.outline import DefinitionLines, walk
from specedit.edits.syntax.statements import is_comment
from specedit.edits.text import indent_of
from specedit.engine.errors import AmbiguousPlace

_KIND = r"(?:(?:the|unused|old)\s+)*(?:method\s+|function\s+|class\s+|def\s+|func\s+|fn\s+)?"
_NAME = r"[`'\"]?(?P<{}>[\w$.]+)[`'\"]?(?:\([^)]*\))?"
_GONE = r"(?:removed|deleted|dropped)"
_REMOVED = re.compile(
    rf"\W*(?:{_KIND}{_NAME.format('a')}\s+(?:(?:method|function|class)\s+)?(?:(?:was|is|has|been|now)\s+)*{_GONE}"
    rf"|(?:{_GONE}|remove|delete|drop)\s*:?\s+{_KIND}{_NAME.format('b')}(?:\s+(?:method|function|class))?)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Removal:
    """A definition of the file that a row of the snippet says is gone."""

    row: int
    block: DefinitionLines
    path: tuple[str, ...]  # its name, after those of the classes around


def removals(given: SnippetLines, shown: Sequence[Shown], file: File) -> tuple[Removal, ...]:
    """Return what the comments between a snippet's definitions remove.

    Raises:
        AmbiguousPlace: the file has several definitions of a name.
    """
    bodies = [one.block for one in shown if not one.block.is_container]
    known = {line.strip() for line in file.lines}
    result = []
    for row, line in enumerate(given.lines):
        if line is None or not is_comment(line) or line.strip() in known:
            continue
        match = _REMOVED.fullmatch(line)
        if match is None or any(body.head < row < body.last for body in bodies):
            continue
        name = (match["a"] or match["b"]).rpartition(".")[2]
        owners = [
            one.target for one in shown if one.block.head < row < one.block.last and one.target
        ]
        inside = owners[-1].children if owners else tuple(walk(file.blocks))
        named = [block for block in inside if re.split(r"[.:]", block.name)[-1] == name]
        if len(named) > 1:
            rows = [block.head + 1 for block in named]
            raise AmbiguousPlace(
                f"{line.strip()!r} names definitions on lines {', '.join(map(str, rows))}; "
                "show it in its class",
                rows,
            )
        if named:
            result.append(Removal(row, named[0], path_of(file.blocks, named[0])))
    return tuple(result)


def path_of(blocks: Sequence[DefinitionLines], block: DefinitionLines) -> tuple[str, ...]:
    """Return the name of a definition, after those of the classes around."""
    return tuple(
        one.name for one in walk(blocks) if one.first <= block.first and block.last <= one.last
    )


def paths(
    blocks: Sequence[DefinitionLines], outer: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], DefinitionLines]]:
    """Yield every definition behind its name and those of the classes around."""
    for block in blocks:
        path = (*outer, block.name)
        yield path, block
        yield from paths(block.children, path)


def without(file: File, removal: Removal) -> list[str]:
    """Return the lines of a file without the definition, and without the blank lines that parted it from the next one."""
    lines = file.lines
    own = next((block for path, block in paths(file.blocks) if path == removal.path), None)
    if own is None:
        return list(lines)
    first, last = own.first, own.last
    following = next((line for line in lines[last:] if line.strip()), "")
    if following and len(indent_of(following).expandtabs(4)) >= own.width:
        while not lines[last].strip():
            last += 1
    else:  # the last one of its class, or of the file
        while first and not lines[first - 1].strip():
            first -= 1
    return [*lines[:first], *lines[last:]]
