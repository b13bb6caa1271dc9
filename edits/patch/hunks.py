"""Unified diffs, with git's and subversion's headers, and the `*** Begin Patch` form (V4A), read as blocks.

Models break these forms in many ways. A header's counts end a hunk where they fit what stands there; else it ends where
lines follow that are neither tagged nor known from the file.
"""

import re
from collections.abc import Iterator, Sequence

from specedit.edits.patch import headers
from specedit.edits.patch.block import Known, PatchBlock, leaves_out
from specedit.edits.patch.names import plain
from specedit.edits.patch.sections import FilePatch
from specedit.edits.text import whole_number

_NUMBERS = re.compile(r"@@+ *-(\d+)(?:,(\d+))? +\+(\d+)(?:,(\d+))? *(?:@@+)?.*")
_HEAD = re.compile(r"@@+(.*)")
_ACTION = re.compile(r"\*\*\* (Update|Add|Delete) File: *(.+)")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})")
# A line that begins a part or ends one, and never is one of a hunk's.
_BETWEEN = re.compile(
    r"diff --git |Index: |\*\*\* (?:Begin|End) Patch|\*\*\* (?:Update|Add|Delete) File:|\*\*\* Move to:"
    r"|\*\*\* End of File|@@"
)


def sections(lines: Sequence[str], known: Known) -> list[FilePatch]:
    """Return the parts of a patch, one for each file that it names. `known` are the lines of the file at hand."""
    reader = _Reader(lines, known)
    while reader.at < len(lines):
        reader.read()
    for section, following in zip(reader.sections, [*reader.sections[1:], None], strict=True):
        section.rows = list(lines[section.start : following.start if following else None])
    return [s for s in reader.sections if s.names or s.blocks or s.kinds]


def is_one(lines: Sequence[str]) -> bool:
    """Whether lines are of these forms: by a header, or by a fence that says so."""
    return any(
        _BETWEEN.match(line)
        or re.match(r"\s*```+(?:diff|patch)\s*$", line)
        or (line.startswith("--- ") and i + 1 < len(lines) and lines[i + 1].startswith("+++ "))
        for i, line in enumerate(lines)
    )


class _Reader:
    def __init__(self, lines: Sequence[str], known: Known) -> None:
        self._lines, self._known = lines, known
        self.sections = [FilePatch()]
        self.at = 0
        self._anchors: list[str] = []

    def read(self) -> None:
        """Read the next line, or the whole hunk that it begins."""
        line = self._lines[self.at]
        numbers, head, action = (p.fullmatch(line) for p in (_NUMBERS, _HEAD, _ACTION))
        self.at += 1
        if numbers:
            # An empty range names the line before it.
            start = whole_number(numbers[1]) - (0 if numbers[2] == "0" else 1)
            after = whole_number(numbers[3]) - (0 if numbers[4] == "0" else 1)
            self._hunk(
                start, whole_number(numbers[2] or "1"), whole_number(numbers[4] or "1"), after
            )
        elif head:
            anchor = head[1].strip().removesuffix("@@").strip()
            if anchor.strip(" .@\u2026"):
                self._anchors.append(re.sub(r"^\.{3,} *@@ *", "", anchor))
            self._hunk()
        elif action:
            self._open(action[2])
            if action[1] != "Update":
                self.sections[-1].kinds.add("adds" if action[1] == "Add" else "deletes")
            self._hunk()
        elif headers.is_binary(line) and not self._is_in_head():
            self._open(*headers.names_of(line))
            self.sections[-1].kinds.add("binary")
        elif self._is_in_head() and headers.extend(self.sections[-1], line):
            pass
        elif line.startswith(("diff --git ", "Index: ")):
            self._open(*headers.names_of(line))
        elif line.startswith(("--- ", "+++ ")):
            self._file_line(line)
        elif re.match(r"\s*```+(?:diff|patch)\s*$", line) and not self._has_heads():
            self._hunk()
        elif (
            line[:1] in ("+", "-") and line[1:].strip() and headers.is_in_v4a(self._lines, self.at)
        ):
            self.sections[-1].stray = self.sections[-1].stray or (self.at, line)

    def _is_in_head(self) -> bool:
        """Whether a file is named, and nothing of its lines is read yet."""
        return bool(self.sections[-1].names) and not self.sections[-1].blocks

    def _has_heads(self) -> bool:
        """Whether headers say where hunks are; in a fenced diff without any its lines are one."""
        end = next(
            (i for i in range(self.at, len(self._lines)) if _FENCE.match(self._lines[i])), None
        )
        return any(_BETWEEN.match(line) for line in self._lines[self.at : end])

    def _open(self, *names: str) -> None:
        stripped = [name.strip() for name in names if name.strip()]
        self.sections.append(FilePatch(stripped, start=self.at - 1))
        self._anchors = []

    def _file_line(self, line: str) -> None:
        """`--- a/x` or `+++ b/x`: the head of a part, or a name in one that git's line has opened."""
        name, section = plain(line[4:]), self.sections[-1]
        follows = self.at > 1 and self._lines[self.at - 2].startswith(("--- ", "+++ "))
        if (
            section.blocks
            or (not section.names and not follows and section is self.sections[0])
            or (line.startswith("--- ") and section.names and not self._is_headed(section))
        ):
            self._open()
        section = self.sections[-1]
        is_null = name == "/dev/null"
        if is_null or headers.is_of_nothing(line, self._lines[self.at : self.at + 2]):
            section.kinds.add("adds" if line.startswith("--- ") else "deletes")
        if not is_null:
            section.names.append(name)
        if line.startswith("+++ ") and not self._heads_follow():
            self._hunk()

    def _is_headed(self, section: FilePatch) -> bool:
        """Whether the last line that named a part's file is git's or subversion's."""
        for line in reversed(self._lines[: self.at - 1]):
            if line.startswith(("diff --git ", "Index: ")):
                return True
            if line.startswith(("--- ", "+++ ", "@@")):
                return False
        return False

    def _heads_follow(self) -> bool:
        rest = (line for line in self._lines[self.at :] if line.strip())
        return bool(_BETWEEN.match(next(rest, "@@")))

    def _hunk(
        self,
        start: int | None = None,
        old_count: int | None = None,
        new_count: int | None = None,
        after: int | None = None,
    ) -> None:
        raw = list(self._raw(old_count, new_count))
        ended, at_end = self._ended(raw), False
        if self.at < len(self._lines) and self._lines[self.at].startswith("*** End of File"):
            at_end = True
            self.at += 1
        tagged = self._tagged(
            [line for line in raw if not line.startswith("\\")], is_counted=start is not None
        )
        if any(tag in "-+" for tag, _ in tagged):
            anchors = tuple(self._anchors)
            block = PatchBlock(tuple(tagged), start, anchors, at_end, ended, line_after=after)
            self.sections[-1].blocks.append(block)
            self._anchors = []

    def _raw(self, old_count: int | None, new_count: int | None) -> Iterator[str]:
        """The lines of a hunk as they stand, without empty ones at its end that its counts do not ask for."""
        held: list[str] = []  # empty lines, which count only if more follows
        old, new = old_count or 0, new_count or 0
        counted = old_count is not None
        while self.at < len(self._lines) and not self._is_over(counted, old > 0 or new > 0, held):
            line = self._lines[self.at]
            self.at += 1
            old -= line[:1] not in ("+", "\\")
            new -= line[:1] not in ("-", "\\")
            if line or (counted and old >= 0 and new >= 0):
                yield from held
                yield line
                held = []
            else:
                held.append(line)

    def _is_over(self, counted: bool, is_short: bool, held: Sequence[str]) -> bool:
        """Whether the hunk has ended. `is_short`: its header counts more lines than there were."""
        line = self._lines[self.at]
        following = self._lines[self.at + 1 : self.at + 3]
        if _BETWEEN.match(line):
            return True
        if line.startswith("--- ") and following[:1] and following[0].startswith("+++ "):
            return not is_short or bool(following[1:] and following[1].startswith("@@"))
        if line in ("-- ", "--") and not is_short and not any(map(str.strip, following[1:])):
            return True  # the signature of `git format-patch`
        if _FENCE.match(line) and line[:1] not in "+-":
            is_shown = line.startswith(" ") and self._known.has(line[1:])
            return not is_shown and not (counted and is_short and self._known.has(line))
        if is_short and line[:1] in ("", " ", "+", "-", "\\"):
            return False
        if not line:
            return not self._goes_on()
        if line[:1] in (" ", "-"):
            return bool(held or (counted and not is_short)) and not self._is_known(line)
        if line[:1] in ("+", "\\"):
            return False
        # Neither tagged nor known: prose, if a paragraph begins, else a shown line that has lost its space.
        is_prose = not self._is_known(line) and (bool(held) or (counted and not is_short))
        if not is_prose and not self._is_known(line) and not self._goes_on():
            return True
        return is_prose

    def _is_known(self, line: str) -> bool:
        return self._known.has(line) or self._known.has(line[1:])

    def _goes_on(self) -> bool:
        """Whether the hunk's lines go on below: with a tag, and known from the file if they are not added."""
        for line in self._lines[self.at + 1 :]:
            if _BETWEEN.match(line) or _FENCE.match(line):
                return False
            if line.strip():
                tagged = line[:1] in (" ", "-") and self._is_known(line)
                return line[:1] == "+" or tagged or self._known.has(line)
        return False

    def _ended(self, raw: Sequence[str]) -> bool | None:
        """What the remarks on a missing newline say of the file afterwards."""
        tags = {raw[i - 1][:1] for i, line in enumerate(raw) if i and line.startswith("\\")}
        if "+" in tags:
            return False
        return True if "-" in tags else None

    def _tagged(self, raw: Sequence[str], *, is_counted: bool) -> list[tuple[str, str]]:
        is_bare = self._is_bare(raw)
        made: list[tuple[str, str]] = []
        for line in raw:
            tag, text = (line[:1] or " ", line[1:])
            if tag not in "+-":
                tag, text = " ", (line if is_bare else text)
                if leaves_out(text) and not self._known.has(text):
                    tag = "~"
            made.append((tag, text))
        while not is_counted and made and made[0] == (" ", "") and not raw[len(raw) - len(made)]:
            del made[0]
        return made

    def _is_bare(self, raw: Sequence[str]) -> bool:
        """Whether the shown lines have lost the space in front: they read as the file's without taking one away."""
        shown = [line for line in raw if line.strip() and line[0] not in "+-"]
        if any(line[0] != " " for line in shown if not leaves_out(line)):
            return True
        exactly = self._known.exactly
        return sum(exactly(x) and not exactly(x[1:]) for x in shown) > sum(
            exactly(x[1:]) and not exactly(x) for x in shown
        )
