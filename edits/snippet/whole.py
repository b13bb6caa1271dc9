"""A definition that a lazy snippet writes out in full, in place of the file's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.outline import is_attribute
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.statements import is_jump
from specedit.edits.text import indent_of
from specedit.engine.errors import AmbiguousPlace


@dataclass(frozen=True, slots=True)
class WholeDefinition:
    """Snippet lines [start, end) are all of a definition that is the file's lines [first, last)."""

    start: int
    end: int
    first: int
    last: int
    lines: tuple[str, ...]  # indented as the file is; what stays above it comes first
    margin: tuple[str, str] = ("", "")  # of its head in the snippet, and in the file
    may_go_on: bool = False  # the file's ends with a jump that it lacks: that may be left out

    @property
    def offset(self) -> int:
        """How many of the lines are the file's, and not in the snippet."""
        return len(self.lines) - (self.end - self.start)


def whole_of(
    definition: Definition, start: int, given: Source, target: Definition, source: Source
) -> WholeDefinition | None:
    """The snippet's definition, from line `start` on, in the file's place; None where it may be but the beginning."""
    end = given.lines_of(definition)[1]
    lines = [given.line(row).rstrip("\n") for row in range(start, end)]
    first, last = source.lines_of(target)
    if not source.language.closer:
        body = definition.node.child_by_field_name("body")
        if body is None or not body.named_children or not _is_complete(lines, source, target):
            return None
    elif not is_closed(definition, given):
        return None
    own = lines[: definition.outer.start_point[0] - start]
    above = source.lines(first, target.outer.start_point[0]).split("\n")[:-1]
    kept = kept_above(own, above) if own else []
    if start >= definition.outer.start_point[0]:  # no comment of its own: the file's stays
        first = target.outer.start_point[0]
        if definition.outer == definition.node:  # the same of decorators
            first = target.node.start_point[0]
        while is_attribute(source.line(first)) and not is_attribute(lines[0]):
            first += 1  # an annotation stays too
    head = definition.node.start_point[0] - start
    old_head = source.line(max(first, target.node.start_point[0])).rstrip("\n")
    margin = indent_of(lines[head]), indent_of(old_head)
    known = set(source.lines(first, last).split("\n"))
    in_strings = given.rows_in_strings(definition.node, docstrings=False)
    quoted = {row - start for row in in_strings}
    lines = _reindented(lines, quoted, margin, known)
    if old_head.strip().endswith(
        lines[head].strip()
    ):  # `export`, `public`: left out in the snippet
        lines[head] = old_head
    may_go_on = not source.language.closer and _loses_jump(definition, given, target, source)
    return WholeDefinition(start, end, first, last, (*kept, *lines), margin, may_go_on)


def _reindented(
    lines: Sequence[str], quoted: Collection[int], margin: tuple[str, str], known: Collection[str]
) -> list[str]:
    """The lines indented as the file is; those `quoted` in strings only if so they are lines of the file."""
    moved = [margin[1] + line.removeprefix(margin[0]) for line in lines]
    moves = sum(moved[i] in known for i in quoted) > sum(lines[i] in known for i in quoted)
    return [
        line if not line.strip() or (i in quoted and not moves) else moved[i]
        for i, line in enumerate(lines)
    ]


def kept_above(own: Sequence[str], old: Sequence[str]) -> list[str]:
    """Return the lines above a definition of the file that the snippet has nothing of the kind for."""
    has = {is_attribute(line) for line in own if line.strip()}
    return [line for line in old if is_attribute(line) not in has] if has != {True, False} else []


def is_closed(definition: Definition, given: Source) -> bool:
    """Whether a definition ends with a line of its own: one that is indented as its first line is."""
    first, last = (
        given.line(point[0]) for point in (definition.outer.start_point, definition.node.end_point)
    )
    return given.language.closer in last and (first == last or indent_of(first) == indent_of(last))


def is_overload(
    definition: Definition, given: Source, target: Definition, source: Source, has_markers: bool
) -> bool:
    """Return whether a definition stands beside another one of its name that begins as the file's does: that one is meant.

    Raises:
        AmbiguousPlace: there are several of the name, none begins so, and markers stand for the rest.
    """
    head = source.line(target.node.start_point[0]).strip()
    twins = [
        given.line(d.node.start_point[0]).strip()
        for d in given.definitions
        if d.name == definition.name and d.owner == definition.owner
    ]
    known = [d for d in source.definitions if d.name == target.name and d.owner == target.owner]
    if has_markers and head not in twins and len(twins) > len(known) == 1:
        row = target.node.start_point[0] + 1
        raise AmbiguousPlace(
            f"the snippet defines '{definition.name}' {len(twins)} times, and none begins as line {row} does; show that one too",
            (row,),
        )
    return head in twins and given.line(definition.node.start_point[0]).strip() != head


def _is_complete(lines: Sequence[str], source: Source, target: Definition) -> bool:
    """Whether a stretch of Python that ends inside a body ends the body: nothing but its last line tells."""
    rows = range(target.node.start_point[0] + 1, target.node.end_point[0] + 1)
    old = [line for row in rows if (line := source.line(row).strip())]
    last = next(line.strip() for line in reversed(lines) if line.strip())
    return not old or last == old[-1] or last not in old


def _loses_jump(definition: Definition, given: Source, target: Definition, source: Source) -> bool:
    """Whether a function of the file ends with a `return` or the like, and the snippet's has none in its last statement."""
    bodies = [d.node.child_by_field_name("body") for d in (definition, target)]
    ends = [body.named_children[-1] for body in bodies if body is not None and body.named_children]
    if len(ends) < len(bodies):
        return False
    new, old = given.code(ends[0]), source.code(ends[1])
    return is_jump(old) and not any(is_jump(line) for line in new.split("\n"))
