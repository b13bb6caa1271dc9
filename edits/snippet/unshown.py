"""What a snippet without any marker leaves out at its ends, though it shows most of what is beside it."""

from collections.abc import Sequence
from dataclasses import replace

from specedit.edits.snippet.omissions import Visible
from specedit.edits.syntax.outline import DefinitionLines, walk
from specedit.edits.syntax.source import Source

_MOST_NAMED = 4


def kept_unshown(visible: Visible, source: Source | None, after: Sequence[str]) -> tuple[str, ...]:
    """Return a remark about what stays in the file, though the snippet may be meant to be all of it.

    A snippet of a few definitions says nothing of the others. One without a marker that shows most of a class or a file
    may be meant as the whole.
    """
    if None in visible.given.lines:
        return ()
    names = [*_imports(visible, source, after), *_definitions(visible, after)]
    if not names:
        return ()
    listed = ", ".join(names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return (f"kept {listed}{more}, which the snippet does not show",)


def _imports(visible: Visible, source: Source | None, after: Sequence[str]) -> list[str]:
    """The imports that a snippet leaves out of those of which it shows some."""
    if source is None:
        return []
    shown = {line.strip() for line in visible.given.lines if line}
    texts = [
        source.code(node).strip()
        for node in source.root.named_children
        if node.type in source.language.imports
    ]
    unshown = [text for text in texts if shown.isdisjoint(text.split("\n"))]
    is_meant = 0 < len(unshown) <= len(texts) - len(unshown)
    firsts = [text.split("\n")[0] for text in unshown if is_meant]
    return [f"`{first}`" for first in firsts if first in after]


def _definitions(visible: Visible, after: Sequence[str]) -> list[str]:
    """The definitions that a snippet leaves out of a file or a class of which it shows most."""
    targets = {id(one.target) for one in visible.shown if one.target is not None}
    remaining = {block.name for block in walk(replace(visible.file, lines=after).blocks)}
    families: list[Sequence[DefinitionLines]] = [visible.file.blocks]
    families += [
        block.members
        for block in walk(visible.file.blocks)
        if id(block) in targets and block.is_container
    ]
    names = []
    for family in families:
        unshown = [block for block in family if id(block) not in targets]
        if len(family) - len(unshown) > max(1, len(unshown) - 1):
            names += [f"`{block.name}`" for block in unshown if block.name in remaining]
    return names
