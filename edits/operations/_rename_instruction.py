"""Reads the renames that an instruction asks for.

"rename get_tree to fetch_tree", "rename the method `close` of class Door to `shut`, including comments", "rename
Door.close to shut and Door.open to unlock", "the method close should be called shut", "close → shut". What plainly
asks for a rename is read in full or refused; what does not is no rename.
"""

import re
from dataclasses import replace

from specedit.edits.instruction.sentence import POLITE, without_thanks
from specedit.edits.operations._rename_clauses import ClauseReader
from specedit.edits.operations._rename_forms import INSIDE, OTHER_WORDS, VERB
from specedit.edits.operations._rename_request import Request

# A method as Go writes it: "(f *FlagSet) Parse", "(*FlagSet).Parse"; and a pointer behind "of".
_RECEIVER = re.compile(
    r"\((?:(?P<name>\w+)\s+)?(?P<pointer>\*\s*)?(?P<type>[A-Za-z_]\w*)\)(?P<dot>\s*\.)?\s*(?P<method>[A-Za-z_]\w*)"
    r"|(?<=\bof )[*&](?=\w)"
)


def read(instruction: str) -> tuple[Request, ...] | None:
    """Return the renames that an instruction asks for; None if it asks for none.

    Raises:
        EditRefused: it asks for one, but not all of it is understood.
    """
    text = instruction[POLITE.match(instruction).end() :].strip()  # type: ignore[union-attr]
    text = _RECEIVER.sub(_of_receiver, without_thanks(text))
    inside = INSIDE.match(text)
    if inside is not None:
        return _within(inside["place"], read(text[inside.end() :]))
    verb = VERB.match(text)
    if verb is not None:
        return ClauseReader(text[verb.end() :], text).renames()
    for form in OTHER_WORDS:
        match = form.fullmatch(text)
        if match is not None and _is_short(match["what"]):
            return ClauseReader(
                f"{match['what']} to {match['new']} {match['tail']}", text
            ).renames()
    return None


def _within(place: str, requests: tuple[Request, ...] | None) -> tuple[Request, ...] | None:
    """The renames that are asked for behind "In Door,"."""
    if requests is None:
        return None
    (where,) = ClauseReader(f"a to b in {place}", place).renames()
    return tuple(
        replace(
            each,
            owner=".".join(part for part in (where.owner, each.owner) if part),
            line=each.line if each.line is not None else where.line,
        )
        for each in requests
    )


def _is_short(what: str) -> bool:
    """Whether words can be what a symbol is called: a name with nouns, and no sentence."""
    return len(what.split()) <= 8 and re.search(r"[.,;:!?]\s", what) is None


def _of_receiver(written: re.Match[str]) -> str:
    """What a method is called with its type, as "FlagSet.Parse"; the text itself where no type is told."""
    if written["type"] is None:
        return ""
    is_told = written["pointer"] or written["dot"]
    return f"{written['type']}.{written['method']}" if is_told else written[0]
