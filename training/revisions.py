"""Exercises on edits that people made: what changed between two versions of a package.

They are cut out of the files by the product itself, as it does with a snippet or a patch of a user's.
"""

import random
from collections import defaultdict
from dataclasses import replace

from corpus import Module, draw_versions
from sketches import Lines, lazy, unified

from specedit.editor import plan
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document
from specedit.edits.syntax.source import Source
from specedit.edits.text import changed_lines, split_lines
from specedit.engine.errors import EditRefused

_LONGEST = 16  # lines of a change; longer ones are new code rather than an edit
_NEAR = 12  # lines between changes that are made together


def revised(
    rng: random.Random, max_chars: int, *, held_out: bool
) -> tuple[str, str, list[tuple[str, str]]] | None:
    """Return a file's name, one region of it, and what to do with it: instructions and answers.

    None where what was drawn is too long, or nothing that the product would do.
    """
    before, after = draw_versions(rng, held_out=held_out)
    old = split_lines(before.text)
    new = some_of(rng, old, split_lines(after.text))
    if new is None:
        return None
    regions: dict[str, dict[str, str]] = defaultdict(dict)
    for request in _requests(rng, before, old, new):
        try:
            planned = plan.make(request)
        except EditRefused:
            continue
        if planned.prediction is None or planned.prediction.body != "".join(new):
            continue
        for section in planned.sections:
            longest = max(len(section.text), len(section.predicted or "") / 1.3)
            length = len(section.instruction)
            if section.text.strip() and longest <= max_chars and length <= 1.3 * max_chars + 200:
                regions[section.text][section.instruction] = section.predicted or ""
    if not regions:
        return None
    body = rng.choice(list(regions))
    return before.name, body, list(regions[body].items())


def some_of(rng: random.Random, old: Lines, new: Lines) -> list[str] | None:
    """Return the old lines with one change to the new ones made, or some that are near each other; None where all are long."""
    changes = list(changed_lines(old, new))
    fit = [n for n, (i1, i2, j1, j2) in enumerate(changes) if max(i2 - i1, j2 - j1) <= _LONGEST]
    if not fit:
        return None
    at = rng.choice(fit)
    chosen = [changes[at]]
    for n in range(at + 1, at + rng.choice((1, 1, 2, 3))):
        if n in fit and changes[n][0] - chosen[-1][1] <= _NEAR:
            chosen.append(changes[n])
    lines: list[str] = []
    done = 0
    for i1, i2, j1, j2 in chosen:
        lines += [*old[done:i1], *new[j1:j2]]
        done = i2
    return [*lines, *old[done:]]


def _requests(rng: random.Random, before: Module, old: Lines, new: Lines) -> list[EditRequest]:
    """The edit as a user would give it: as a snippet, and as another snippet, a patch or the whole file."""
    document = decode_document(before.text.encode())
    request = EditRequest(document, "", before.name)
    comment = before.language.line_comment
    snippets = [lazy(rng, old, new, comment, header(rng, before, new)) for _ in range(2)]
    return [
        replace(request, snippet=snippets[0]),
        rng.choice(
            (
                replace(request, snippet=snippets[1]),
                replace(request, patch=unified(rng, old, new)),
                replace(request, prediction="".join(new)),
            )
        ),
    ]


def header(rng: random.Random, module: Module, new: Lines) -> set[int]:
    """Return, sometimes, the line where the definition around the change begins."""
    if rng.random() < 0.6:
        return set()
    at = next(changed_lines(split_lines(module.text), new))[2]
    source = Source("".join(new), module.language)
    spans = (source.lines_of(definition) for definition in source.definitions)
    return set(sorted(first for first, last in spans if first <= at < last)[-1:])
