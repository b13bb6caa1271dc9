"""Patches damaged in the ways that models damage them."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from specedit.benchmarks.development.hunks import Hunk, Line, is_beside

_SIGNS = str.maketrans({'"': "\u201d", "'": "\u2019", "-": "\u2013"})


@dataclass(frozen=True, slots=True)
class Damaged:
    """A patch after the damage. `settled` is false where it no longer says where the edit goes, or what it is."""

    hunks: tuple[Hunk, ...]
    settled: bool = True


Damage = Callable[[Sequence[Hunk], random.Random], Damaged | None]


def each(change: Callable[[Hunk, random.Random], Hunk | None]) -> Damage:
    """Return the damage that changes every hunk that can be changed so."""

    def damage(hunks: Sequence[Hunk], rng: random.Random) -> Damaged | None:
        made = [change(hunk, rng) or hunk for hunk in hunks]
        return Damaged(tuple(made)) if made != list(hunks) else None

    return damage


def _without(hunk: Hunk, row: int) -> Hunk:
    return replace(hunk, lines=(*hunk.lines[:row], *hunk.lines[row + 1 :]))


def _shown(hunk: Hunk, full: bool = True) -> list[int]:
    return [i for i, (tag, x) in enumerate(hunk.lines) if tag == " " and bool(x.strip()) is full]


def _typo(hunk: Hunk, rng: random.Random) -> Hunk | None:
    rows = [i for i in _shown(hunk) if len(hunk.lines[i][1].strip()) > 6]
    if not rows:
        return None
    row = rng.choice(rows)
    text = hunk.lines[row][1]
    at = rng.randrange(len(text) - len(text.lstrip()), len(text))
    lines = list(hunk.lines)
    lines[row] = (" ", text[:at] + text[at + 1 :])
    return replace(hunk, lines=tuple(lines))


def _fewer(beside: bool) -> Damage:
    def damage(hunks: Sequence[Hunk], rng: random.Random) -> Damaged | None:
        made = []
        for hunk in hunks:
            rows = [i for i in _shown(hunk) if is_beside(hunk, i, "+") is beside]
            made.append(_without(hunk, rng.choice(rows)) if rows else hunk)
        return Damaged(tuple(made), settled=not beside) if made != list(hunks) else None

    return damage


def _no_blanks(beside: bool) -> Damage:
    def damage(hunks: Sequence[Hunk], rng: random.Random) -> Damaged | None:
        made, touched = [], False
        for hunk in hunks:
            rows = set(_shown(hunk, full=False))
            touched |= any(is_beside(hunk, row, "+") for row in rows)
            made.append(
                replace(
                    hunk, lines=tuple(line for i, line in enumerate(hunk.lines) if i not in rows)
                )
            )
        if made == list(hunks) or touched is not beside:
            return None
        return Damaged(tuple(made), settled=not beside)

    return damage


def _blank_inside(beside: bool) -> Damage:
    def damage(hunks: Sequence[Hunk], rng: random.Random) -> Damaged | None:
        made, touched = [], False
        for hunk in hunks:
            seams = [
                i
                for i in range(1, len(hunk.lines))
                if hunk.lines[i - 1][0] == hunk.lines[i][0] == " "
            ]
            if not beside:
                seams = [i for i in seams if not _reaches_addition(hunk, i)]
            if not seams:
                made.append(hunk)
                continue
            row = rng.choice(seams)
            touched |= _reaches_addition(hunk, row)
            made.append(replace(hunk, lines=(*hunk.lines[:row], (" ", ""), *hunk.lines[row:])))
        if made == list(hunks) or touched is not beside:
            return None
        return Damaged(tuple(made), settled=not beside)

    return damage


def _reaches_addition(hunk: Hunk, row: int) -> bool:
    """Whether only blank lines stand between a seam and an added line."""
    for rows in (range(row - 1, -1, -1), range(row, len(hunk.lines))):
        for i in rows:
            tag, text = hunk.lines[i]
            if tag == "+":
                return True
            if text.strip():
                break
    return False


def _blank_at_end(hunk: Hunk, rng: random.Random) -> Hunk:
    return replace(hunk, lines=(*hunk.lines, (" ", "")))


def _bare_context(hunk: Hunk, rng: random.Random) -> Hunk:
    return replace(hunk, lines=tuple(("~" if t == " " else t, text) for t, text in hunk.lines))


def _stripped(hunks: Sequence[Hunk], rng: random.Random) -> Damaged | None:
    made = [replace(h, lines=tuple((t, x.rstrip()) for t, x in h.lines)) for h in hunks]
    if made == list(hunks):
        return None
    changed = [x for h in hunks for tag, x in h.lines if tag != " "]
    blanks = [x for h in hunks for _, x in h.lines if not x.strip()]
    return Damaged(tuple(made), all(x == x.rstrip() for x in changed) and not any(blanks))


def _dedented(hunk: Hunk, rng: random.Random) -> Hunk | None:
    full = [text for _, text in hunk.lines if text.strip()]
    if not full or "\t" in "".join(full):
        return None
    depth = min(len(text) - len(text.lstrip()) for text in full)
    return replace(hunk, lines=tuple((tag, text[depth:]) for tag, text in hunk.lines))


def _elided(marker: str) -> Damage:
    def change(hunk: Hunk, rng: random.Random) -> Hunk | None:
        inner = [
            i
            for i in range(1, len(hunk.lines) - 1)
            if hunk.lines[i][0] == " " and not is_beside(hunk, i, "+-")
        ]
        if not inner:
            return None
        row = rng.choice(inner)
        return replace(hunk, lines=(*hunk.lines[:row], (" ", marker), *hunk.lines[row + 1 :]))

    return each(change)


def _if_added(damage: Damage, survives: Callable[[str], bool]) -> Damage:
    """Return the damage that is settled where every added line survives it."""

    def checked(hunks: Sequence[Hunk], rng: random.Random) -> Damaged | None:
        made = damage(hunks, rng)
        added = (text for hunk in hunks for tag, text in hunk.lines if tag == "+")
        return replace(made, settled=all(map(survives, added))) if made else None

    return checked


def _spaces(hunk: Hunk, rng: random.Random) -> Hunk:
    return replace(hunk, lines=tuple((tag, text.replace("\t", "    ")) for tag, text in hunk.lines))


def _typographic(hunk: Hunk, rng: random.Random) -> Hunk:
    """Signs in what is shown and removed: what is added would be another edit."""
    lines = tuple((t, x if t == "+" else x.translate(_SIGNS)) for t, x in hunk.lines)
    return replace(hunk, lines=lines)


def _numbered(hunk: Hunk, rng: random.Random) -> Hunk:
    lines, row = [], hunk.start
    for tag, text in hunk.lines:
        row += tag != "+"
        lines.append((tag, f"{row + (tag == '+'):4d} | {text}"))
    return replace(hunk, lines=tuple(lines))


def _moved(least: int, most: int) -> Damage:
    def change(hunk: Hunk, rng: random.Random) -> Hunk:
        by = rng.choice((-1, 1)) * rng.randint(least, most)
        return replace(hunk, start=max(0, hunk.start + by))

    return each(change)


def _bare_hunks(by: int) -> Damage:
    """Without context: `-U0`, with numbers that are off. A pure addition is then nowhere."""

    def damage(hunks: Sequence[Hunk], rng: random.Random) -> Damaged | None:
        made, settled = [], True
        lines: list[Line]
        for hunk in hunks:
            row, lines, start = hunk.start, [], hunk.start
            for tag, text in [*hunk.lines, (" ", "")]:
                if tag != " ":
                    start, lines = (start if lines else row), [*lines, (tag, text)]
                elif lines:
                    made.append(Hunk(max(0, start + by), tuple(lines)))
                    settled &= any(t == "-" for t, _ in lines)
                    lines = []
                row += tag != "+"
        return Damaged(tuple(made), settled)

    return damage


def _doubled(hunks: Sequence[Hunk], rng: random.Random) -> Damaged | None:
    at = rng.randrange(len(hunks))
    return Damaged((*hunks[: at + 1], *hunks[at:]))


def _swapped(hunks: Sequence[Hunk], rng: random.Random) -> Damaged | None:
    return Damaged(tuple(reversed(hunks))) if len(hunks) > 1 else None


DAMAGES: dict[str, Damage] = {
    "none": lambda hunks, rng: Damaged(tuple(hunks)),
    "numbers off by 3 to 40": _moved(3, 40),
    "no context, numbers right": _bare_hunks(0),
    "no context, numbers off by two": _bare_hunks(2),
    "typo in a shown line": each(_typo),
    "a shown line missing": _fewer(beside=False),
    "a shown line missing beside an addition": _fewer(beside=True),
    "a blank line too many": _blank_inside(beside=False),
    "a blank line too many beside an addition": _blank_inside(beside=True),
    "a blank line too many at the end": each(_blank_at_end),
    "blank lines left out": _no_blanks(beside=False),
    "blank lines left out beside an addition": _no_blanks(beside=True),
    "no space before shown lines": each(_bare_context),
    "trailing space stripped": _stripped,
    "dedented": _if_added(each(_dedented), lambda text: bool(text.strip()) or not text),
    "a shown line elided by ...": _elided("..."),
    "a shown line elided by a marker": _elided("# ... existing code ..."),
    "tabs to spaces": _if_added(each(_spaces), lambda text: not text.startswith("  ")),
    "typographic signs": each(_typographic),
    "line numbers in front": each(_numbered),
    "a hunk twice": _doubled,
    "hunks in another order": _swapped,
}
