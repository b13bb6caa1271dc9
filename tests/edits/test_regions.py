"""Regions hold every change and every watched line, do not overlap, and map to the text after."""

import random

import pytest

from specedit.edits.regions import MAX_LINES, Region, changed_regions
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.source import Source
from specedit.edits.text import split_lines


def rebuilt(before: str, after: str, regions: list[Region]) -> str:
    """The text before, each region replaced by what stands for it in the text after."""
    old, new = split_lines(before), split_lines(after)
    parts, at = [], 0
    for region in regions:
        assert at <= region.first < region.last
        parts += [*old[at : region.first], *new[region.new_first : region.new_last]]
        at = region.last
    return "".join([*parts, *old[at:]])


@pytest.mark.parametrize("seed", range(60))
def test_splicing_the_regions_gives_the_text_after(seed: int) -> None:
    rng = random.Random(seed)
    lines = [f"{'    ' * rng.randrange(3)}line{i}()\n" for i in range(rng.randrange(1, 300))]
    before = "".join(["def f():\n", "    pass\n"] * rng.randrange(3) + lines)
    after = split_lines(before)
    for _ in range(rng.randrange(6)):
        at = rng.randrange(len(after) + 1)
        after[at : at + rng.randrange(4)] = ["new()\n"] * rng.randrange(4)
    text = "".join(after)
    watched = [rng.randrange(len(split_lines(before))) for _ in range(rng.randrange(4))]
    regions = changed_regions(before, text, Source(before, named("python")), watched)
    assert rebuilt(before, text, regions) == text
    assert all(any(r.first <= line < r.last for r in regions) for line in watched)


def test_a_short_definition_is_taken_whole_and_a_long_file_is_not() -> None:
    functions = [f"def f{i}():\n    a = {i}\n    return a\n\n\n" for i in range(100)]
    before = "".join(functions)
    after = before.replace("a = 50\n", "a = 51\n")
    (region,) = changed_regions(before, after, Source(before, named("python")))
    assert "".join(split_lines(before)[region.first : region.last]) == functions[50].rstrip() + "\n"
    assert region.last - region.first <= MAX_LINES


def test_equal_texts_have_no_regions() -> None:
    assert changed_regions("a\n", "a\n", None) == []
