"""The table: what each tool did with each package."""

from collections.abc import Sequence
from math import ceil
from statistics import median
from typing import Any

OURS = "specedit"
_OUTCOMES = ("right", "refused", "wrong", "told", "unchecked")

Key = tuple[Any, ...]


def key(result: dict[str, Any]) -> Key:
    """Return what tells a result from all others: the package, the tool and the place of the symbol."""
    subject = result["subject"]
    place = (subject["path"], subject["line"], subject["character"])
    return result["package"], result["tool"], *place


def outcome(result: dict[str, Any], problem: str | None) -> tuple[str, str]:
    """Return what became of a rename, and why; `problem` is what the check told of it, None if it was not checked.

    "told": wrong by the check, at places that the tool said it had left alone.
    """
    if result["refusal"]:
        return "refused", result["refusal"]
    if result["not_undone"]:
        return "wrong", f"the inverse rename gives something else: {result['not_undone']}"
    if problem is None:
        return "unchecked", ""
    if problem:
        return "told" if result["left"] else "wrong", problem
    return "right", ""


def summary(results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each package and tool, and for each tool over the packages of a language where there are several.

    "alone": how many are wrong, or told, while another tool renamed the symbol right: what breaks with all tools is mostly a
    test of the name itself. "of theirs": how many of those that a tool renamed right specedit did, too.
    """
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for result in results:
        groups.setdefault((result["package"], result["tool"]), []).append(result)
    totals: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for result in results:
        totals.setdefault((f"all {result['language']}", result["tool"]), []).append(result)
    several = {
        of for of, _ in totals if len({r["package"] for r in totals.get((of, OURS), [])}) > 1
    }
    groups |= {each: rows for each, rows in totals.items() if each[0] in several}
    right = {key(r) for r in results if r["outcome"] == "right"}
    tools = sorted({r["tool"] for r in results})
    return [_row(of, tool, group, right, tools) for (of, tool), group in groups.items()]


def _row(
    of: str, tool: str, group: list[dict[str, Any]], every_right: set[Key], tools: Sequence[str]
) -> dict[str, Any]:
    right = [r for r in group if r["outcome"] == "right"]
    shared = sum(key({**r, "tool": OURS}) in every_right for r in right)
    broken = [r for r in group if r["outcome"] in ("wrong", "told")]
    seconds = sorted(r["seconds"] for r in group)
    return {
        "package": of,
        "tool": tool,
        **{name: sum(r["outcome"] == name for r in group) for name in _OUTCOMES},
        "alone": sum(
            any(key({**r, "tool": each}) in every_right for each in tools) for r in broken
        ),
        "of theirs": f"{shared} of {len(right)}" if tool != OURS else "",
        "median, s": median(seconds),
        "p90, s": seconds[ceil(0.9 * len(seconds)) - 1],
    }
