"""Cases for `specedit bench` from code that no adapter has learned from: `python training/cases.py OUT.jsonl`.

Families: definition (a rename in one definition of at most 60 lines), copy (a file of at most 300 lines, to be left as
it is), revision (edits that people made, as lazy snippets).
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from corpus import Module, draw, draw_versions
from revisions import header, some_of
from sketches import lazy
from tasks import function, renamed_alone

from specedit.editor.prompt import LEAVE_ALONE
from specedit.edits.text import split_lines

Row = dict[str, object]


def definition(rng: random.Random) -> Row | None:
    """A function by itself, and the rename of something in it."""
    module = draw(rng, held_out=True)
    alone = function(rng, module)
    made = renamed_alone(rng, alone) if alone else None
    return _row(module, made[0], alone.text, made[1]) if alone and made else None


def copied(rng: random.Random) -> Row | None:
    """A whole file that nothing is to be done to."""
    module = draw(rng, held_out=True)
    if not 20 <= module.text.count("\n") <= 300 or len(module.text) > 10_000:
        return None
    return _row(module, LEAVE_ALONE, module.text, module.text)


def revision(rng: random.Random) -> Row | None:
    """A change between two versions of a file, as a snippet."""
    before, after = draw_versions(rng, held_out=True)
    old = split_lines(before.text)
    new = some_of(rng, old, split_lines(after.text))
    if new is None or not 20 <= len(old) <= 700:
        return None
    comment = before.language.line_comment
    shown = lazy(rng, old, new, comment, header(rng, before, new))
    row = _row(before, "Apply the update.", before.text, "".join(new))
    return row | {"update_snippet": shown}


def _row(module: Module, instruction: str, original: str, expected: str) -> Row:
    return {
        "path": module.name,
        "language": module.language.name,
        "instruction": instruction,
        "original": original,
        "expected": expected,
    }


_FAMILIES: dict[str, Callable[[random.Random], Row | None]] = {
    "definition": definition,
    "copy": copied,
    "revision": revision,
}


def main() -> None:
    """Write the cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=50, help="of each family (%(default)s)")
    parser.add_argument("--families", nargs="+", default=list(_FAMILIES), choices=_FAMILIES)
    parser.add_argument("--most", type=int, help="of each language in a family")
    parser.add_argument("--seed", default="", help="other cases")
    options = parser.parse_args()
    rows: list[Row] = []
    for family in options.families:
        make, made = _FAMILIES[family], Counter[str]()
        rng = random.Random(f"{family}/{options.seed}" if options.seed else family)
        while made.total() < options.count:
            row = make(rng)
            if row is not None and made[str(row["language"])] != options.most:
                rows.append({"id": f"{family}/{made.total()}/{row['path']}", **row})
                made[str(row["language"])] += 1
        print(family, dict(made))
    options.out.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
