"""Predictions that are wrong on purpose: what a witness must not let pass."""

import random
import re

from specedit.edits.text import changed_lines, line_by_line, split_lines

KINDS = ("missed", "dropped", "doubled", "name", "elsewhere", "unchanged")


def wrong(kind: str, before: str, after: str, rng: random.Random) -> str | None:
    """Return `after` made wrong in one way, or None where that is not possible.

    missed: one changed place is as before; dropped, doubled: a line is lost, or stands twice; name: a new word
    is another; elsewhere: one change is made some lines off; unchanged: nothing is done.
    """
    made = _MAKERS[kind](before, after, rng)
    return made if made is not None and made != after and made.strip() else None


def _missed(before: str, after: str, rng: random.Random) -> str | None:
    old, new = split_lines(before), split_lines(after)
    changes = list(line_by_line(changed_lines(old, new)))
    if not changes:
        return None
    i1, i2, j1, j2 = rng.choice(changes)
    return "".join([*new[:j1], *old[i1:i2], *new[j2:]])


def _dropped(before: str, after: str, rng: random.Random) -> str | None:
    lines = split_lines(after)
    full = [i for i, line in enumerate(lines) if line.strip()]
    at = rng.choice(_near_change(before, after, full)) if full else None
    return None if at is None else "".join([*lines[:at], *lines[at + 1 :]])


def _doubled(before: str, after: str, rng: random.Random) -> str | None:
    lines = split_lines(after)
    full = [i for i, line in enumerate(lines) if line.strip()]
    at = rng.choice(_near_change(before, after, full)) if full else None
    return None if at is None else "".join([*lines[: at + 1], *lines[at:]])


def _name(before: str, after: str, rng: random.Random) -> str | None:
    known = set(re.findall(r"\w+", before))
    fresh = sorted({w for w in re.findall(r"[A-Za-z_]\w{2,}", after) if w not in known})
    if not fresh:
        return None
    word = rng.choice(fresh)
    others = [w for w in known if w[0].isalpha() and len(w) > 2 and w != word]
    other = rng.choice((f"{word}s", f"my_{word}", rng.choice(sorted(others) or [f"{word}2"])))
    return re.sub(rf"\b{word}\b", other, after)


def _elsewhere(before: str, after: str, rng: random.Random) -> str | None:
    old, new = split_lines(before), split_lines(after)
    changes = list(changed_lines(old, new))
    if not changes:
        return None
    i1, i2, j1, j2 = rng.choice(changes)
    left = [*new[:j1], *old[i1:i2], *new[j2:]]
    places = [
        at for at in range(max(0, j1 - 15), min(len(left), j1 + 15)) if abs(at - j1) > i2 - i1
    ]
    if not places:
        return None
    at = rng.choice(places)
    return "".join([*left[:at], *new[j1:j2], *left[at + (i2 - i1) :]])


def _unchanged(before: str, after: str, rng: random.Random) -> str | None:
    return before


def _near_change(before: str, after: str, candidates: list[int]) -> list[int]:
    """Lines within ten of a change where there are some: far from it nobody would look."""
    changes = list(changed_lines(split_lines(before), split_lines(after)))
    near = [i for i in candidates if any(j1 - 10 <= i < j2 + 10 for _, _, j1, j2 in changes)]
    return near or candidates


_MAKERS = {
    "missed": _missed,
    "dropped": _dropped,
    "doubled": _doubled,
    "name": _name,
    "elsewhere": _elsewhere,
    "unchanged": _unchanged,
}
