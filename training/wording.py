"""The words of instructions, and names that people could have chosen."""

import random
import re

LITERALLY = (
    "everywhere in this file, including in comments and strings",
    "everywhere in this file, including in comments and strings",
    "everywhere, including comments and strings",
    "everywhere",
    "in code, comments and strings",
    "including comments and strings",
)
RENAMES = (
    "rename {old} to {new}",
    "rename {old} to {new}",
    "Rename `{old}` to `{new}`",
    "Rename `{old}` to `{new}`.",
    "Rename the {kind} {old} to {new}",
    "rename {kind} `{old}` to `{new}`",
    "change the name of {old} to {new}",
    "please rename {old} as {new}",
    "Rename all uses of `{old}` to `{new}`.",
    "rename {old} -> {new}",
    "rename '{old}' into '{new}'",
)
ODD_NAMES = (
    *("größe", "données", "имя", "счётчик", "数据", "値", "이름", "μ", "naïve_año", "Ωmega"),
    *("l1I", "O0o", "x2y2z2", "_", "__", "__x__", "a_", "tmp2_", "kHTTPv2URLs", "is_is_not"),
    "the_name_that_says_everything_about_what_this_holds_and_why",
    "ABC_DEF_GHI_123",
)
_SYNONYMS = (
    "get fetch load read retrieve obtain",
    "set assign put store write",
    "make build create new construct",
    "find search locate lookup",
    "send emit dispatch post",
    "check verify validate ensure test",
    "remove delete drop discard clear",
    "add append insert push register",
    "parse decode interpret analyze",
    "format render encode dump",
    "name label title key",
    "value item entry element",
    "data payload content body",
    "path filename location target",
    "result output answer outcome",
    "index position offset pos",
    "count total number size length",
    "start begin first lower",
    "stop end last upper",
    "open start launch connect",
    "close shut finish disconnect",
    "run execute perform invoke call",
    "update refresh sync modify",
    "line row text record",
    "func callback handler fn",
    "args params options arguments",
    "msg message note reason",
    "node child leaf vertex",
    "convert transform translate map",
    "is has can should",
)
_WORDS = [word for family in _SYNONYMS for word in family.split()]


def new_name(rng: random.Random, old: str, text: str) -> str:
    """Return a name in the style of `old` that `text` does not have."""
    for _ in range(100):
        new = _variant(rng, old, text)
        taken = new == old or re.search(rf"\b{re.escape(new)}\b", text)
        if not taken and re.fullmatch(r"[^\W\d]\w+", new):
            return new
    return f"{old}_{rng.randrange(10, 99)}"


def _variant(rng: random.Random, old: str, text: str) -> str:
    kind = rng.random()
    if kind < 0.15:  # any name that could stand there
        return "_".join(rng.choices(_WORDS, k=rng.randrange(1, 4)))
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|_+", old)
    if kind < 0.3:  # hard on purpose: begins like another name of the file
        names = re.findall(rf"\b{re.escape(old[:3])}\w+", text)
        return (
            rng.choice(names)[: rng.randrange(4, 12)] + "_" + rng.choice(_WORDS) if names else old
        )
    for _ in range(3):
        at = rng.randrange(len(parts)) if parts else 0
        for family in _SYNONYMS:
            words = family.split()
            if parts and parts[at].lower() in words:
                word = rng.choice(words)
                cased = word.capitalize() if parts[at][0].isupper() else word
                return "".join([*parts[:at], cased, *parts[at + 1 :]])
    word = rng.choice(_WORDS)
    camel = re.search(r"[a-z][A-Z]", old) or old[:1].isupper()
    return rng.choice(
        (f"{old}{word.capitalize()}" if camel else f"{old}_{word}",)
        + ((f"{word}{old[:1].upper()}{old[1:]}",) if camel else (f"{word}_{old.lstrip('_')}",))
    )
