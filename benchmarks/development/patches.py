"""Recorded edits as patches, whole and damaged: right, refused with a reason, or wrong?"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from specedit.benchmarks.cases import Case
from specedit.benchmarks.development import damage, untold
from specedit.benchmarks.development.hunks import Hunk, hunks_between, search_replace, unified, v4a
from specedit.edits.document import decode_document
from specedit.edits.patch import place
from specedit.engine.errors import EditRefused

Summary = dict[str, object]
Renderer = Callable[[Sequence[Hunk], str], str]
FORMS: dict[str, Renderer] = {
    "unified": unified,
    "search/replace": search_replace,
    "V4A": v4a,
}
_NUMBERED = ("unified",)  # the forms that say where by number
_NUMBERS_ONLY = ("numbers off", "no context")
_HUNKS_ONLY = ("no space before",)
_NUMBERS_LOST = ("numbers off", "no context, numbers off", "line numbers")
_OTHER_FILES = """\
diff --git a/new.bin b/new.bin
new file mode 100644
index 0000000..1111111
Binary files /dev/null and b/new.bin differ
diff --git a/old name.txt b/newer name.txt
similarity index 100%
rename from old name.txt
rename to newer name.txt
diff --git a/added.txt b/added.txt
new file mode 100644
--- /dev/null
+++ b/added.txt
@@ -0,0 +1 @@
+text
"""
TEXTS: dict[str, tuple[Callable[[str], str], tuple[str, ...]]] = {
    "CRLF": (lambda patch: patch.replace("\n", "\r\n"), tuple(FORMS)),
    "in a fence, prose around": (
        lambda patch: f"Here is the change:\n\n```diff\n{patch}```\n\nIt does it.\n",
        tuple(FORMS),
    ),
    "prose around": (lambda patch: f"This does it:\n\n{patch}\nLet me know!\n", tuple(FORMS)),
    "hunk counts wrong": (
        lambda patch: re.sub(r"(?m)^(@@ -\d+),\d+ (\+\d+),\d+", r"\1,4 \2,5", patch),
        ("unified",),
    ),
    "@@ ... @@ as headers": (
        lambda patch: re.sub(r"(?m)^@@ .*@@$", "@@ ... @@", patch),
        ("unified",),
    ),
    "no +++ line": (lambda patch: re.sub(r"(?m)^\+\+\+ .*\n", "", patch, count=1), ("unified",)),
    "empty line after the header": (
        lambda patch: re.sub(r"(?m)^(\+\+\+ .*|\*\*\* Update .*)\n", r"\1\n\n", patch, count=1),
        ("unified", "V4A"),
    ),
    "empty line between hunks": (
        lambda patch: re.sub(r"(?m)(?<=\n)(?=@@)", "\n", patch),
        ("unified", "V4A"),
    ),
    "other files behind": (lambda patch: patch + _OTHER_FILES, ("unified",)),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A patch for a file, and what should come of it: `expected` is None where it must be refused.

    `hunks` are those of the edit, and those that the patch was made of.
    """

    case: Case
    what: str
    form: str
    source: str
    patch: str
    expected: str | None
    hunks: tuple[Sequence[Hunk], Sequence[Hunk]]
    settled: bool


def run(cases: Sequence[Case], report: Callable[[str], None], *, damaged: bool) -> Summary:
    """Return a row for each damage and form. Those that the text does not settle are counted apart.

    Of these, "not told" are the results that differ from the recorded edit in nothing that the patch says.
    """
    ends: dict[tuple[str, str], Counter[str]] = {}
    for case in cases:
        for attempt in _attempts(case, damaged):
            end, reason = _end(attempt)
            key = end if attempt.settled or end == "not told" else f"{end}, unsettled"
            ends.setdefault((attempt.what, attempt.form), Counter())[key] += 1
            if end not in ("right", "not told"):
                report(f"{case.id}: {attempt.what}, {attempt.form}: {key}: {reason}")
    kinds = ("right", "refused", "wrong")
    rows = [
        {
            "damage": what,
            "form": form,
            **{kind: counts[kind] for kind in kinds},
            **{f"unsettled {kind}": counts[f"{kind}, unsettled"] for kind in kinds},
            "not told": counts["not told"],
        }
        for (what, form), counts in sorted(ends.items(), key=lambda item: _order(item[0]))
    ]
    return {"rows": rows}


def _order(key: tuple[str, str]) -> tuple[int, int]:
    names = [*damage.DAMAGES, *TEXTS, "stale", "applied already"]
    return names.index(key[0]), list(FORMS).index(key[1])


def _attempts(case: Case, damaged: bool) -> Iterator[Attempt]:
    before, after = (decode_document(t.encode()).body for t in (case.original, case.expected))
    old, new = before.split("\n")[:-1], after.split("\n")[:-1]
    hunks = hunks_between(old, new)
    for what, make in damage.DAMAGES.items() if damaged else [("none", damage.DAMAGES["none"])]:
        made = make(hunks, random.Random(f"{case.id} {what}"))
        if made is None or (what == "tabs to spaces" and "\t" not in before):
            continue
        for form, render in FORMS.items():
            if (what.startswith(_NUMBERS_ONLY) and form not in _NUMBERED) or (
                what.startswith(_HUNKS_ONLY) and form == "search/replace"
            ):
                continue
            by_number = form in _NUMBERED and not what.startswith(_NUMBERS_LOST)
            shown = made.hunks if what.startswith("no context") else hunks
            settled = made.settled and (by_number or all(_is_once(h, old) for h in shown))
            patch = render(made.hunks, case.path)
            yield Attempt(case, what, form, before, patch, after, (hunks, made.hunks), settled)
    if damaged:
        yield from _as_text(case, before, after, hunks)


def _as_text(case: Case, before: str, after: str, hunks: Sequence[Hunk]) -> Iterator[Attempt]:
    """Damage of the patch's own text, the patch for another version, and the one that has been applied."""
    old = before.split("\n")[:-1]
    once = all(_is_once(hunk, old) for hunk in hunks)
    for what, (change, forms) in TEXTS.items():
        for form in forms:
            settled = once or (form in _NUMBERED and not what.startswith("@@"))
            patch = change(FORMS[form](hunks, case.path))
            yield Attempt(case, what, form, before, patch, after, (hunks, hunks), settled)
    stale = _with_another_value(before, hunks)
    for form, render in FORMS.items():
        patch = render(hunks, case.path)
        settled = once or form in _NUMBERED  # of twins, one that is left is where it may go
        both = (hunks, hunks)
        yield Attempt(case, "applied already", form, after, patch, after, both, settled)
        if stale is not None:
            yield Attempt(case, "stale", form, stale, patch, None, both, True)


def _with_another_value(before: str, hunks: Sequence[Hunk]) -> str | None:
    """The file with another word in a line that the patch removes, where that line stands once."""
    lines = before.split("\n")
    for hunk in hunks:
        for tag, text in hunk.lines:
            if tag == "-" and lines.count(text) == 1 and re.search(r"\w{2,}", text):
                lines[lines.index(text)] = re.sub(r"\w{2,}", r"\g<0>2", text, count=1)
                return "\n".join(lines)
    return None


def _is_once(hunk: Hunk, lines: Sequence[str]) -> bool:
    shown, bare = [text.strip() for text in hunk.old], [line.strip() for line in lines]
    size = len(shown)
    return bool(size) and sum(bare[i : i + size] == shown for i in range(len(bare))) == 1


def _end(attempt: Attempt) -> tuple[str, str]:
    try:
        body = place(attempt.source, attempt.patch, attempt.case.path).body
    except EditRefused as refusal:
        return ("right" if attempt.expected is None else "refused"), str(refusal)
    if body == attempt.expected:
        return "right", ""
    end = "not told" if _is_untold(attempt, body) else "wrong"
    return end, "nothing done" if body == attempt.source else ""


def _is_untold(attempt: Attempt, body: str) -> bool:
    if attempt.settled or attempt.expected is None:
        return False
    texts = (body, attempt.expected, attempt.source)
    result, expected, before = (text.split("\n")[:-1] for text in texts)
    return untold.is_untold(attempt.what, result, expected, before, attempt.hunks)
