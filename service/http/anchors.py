"""Files that `@morphllm/morphsdk` sends with anchors in place of long lines: a table of them, then what is left of the file.

What is answered is the whole file, without anchors, which that client takes as well.
"""

import json
import re

from specedit.engine.errors import InvalidRequest

_BEGIN = re.compile(r"\A⟪MORPH_DEFINITIONS_BEGIN_(\d{1,9})⟫\n")
_ANCHOR = r"⟪M{}:\d{{1,9}}:[^⟫\n]{{1,100}}⟫"
_PROTOCOL = "\n\nLARGE-FILE ANCHOR PROTOCOL:\n"


def expanded(code: str, instruction: str, most: int) -> tuple[str, str]:
    """Return the file that `code` stands for, and the instruction without what is said about anchors.

    Both as they are where there are no anchors. `most`: characters that the file may have.

    Raises:
        InvalidRequest: an anchor is not in the table, the table cannot be read, or the file is too long.
    """
    begin = _BEGIN.match(code)
    if begin is None:
        return code, instruction
    number = begin[1]
    table, end, skeleton = code[begin.end() :].partition(
        f"\n⟪MORPH_DEFINITIONS_END_{number}⟫\n⟪MORPH_CODE_BEGIN_{number}⟫\n"
    )
    if not end:
        raise InvalidRequest("the anchors' table in <code> has no end; send the file as it is")
    values = dict(_entry(line, number) for line in table.split("\n"))
    parts, at, size = [], 0, 0
    for anchor in re.finditer(_ANCHOR.format(number), skeleton):
        if anchor[0] not in values:
            raise InvalidRequest(
                f"{anchor[0]} is not in the anchors' table; send the file as it is"
            )
        parts += [skeleton[at : anchor.start()], values[anchor[0]]]
        at = anchor.end()
        size += len(parts[-2]) + len(parts[-1])
        if size > most:
            raise InvalidRequest(f"the file behind the anchors has more than {most} characters")
    return "".join([*parts, skeleton[at:]]), instruction.partition(_PROTOCOL)[0]


def _entry(line: str, number: str) -> tuple[str, str]:
    entry = re.fullmatch(rf"({_ANCHOR.format(number)})=(\".*\")", line)
    try:
        value = json.loads(entry[2]) if entry else None
    except ValueError:
        value = None
    if entry is None or not isinstance(value, str):
        raise InvalidRequest(f"no line of an anchors' table: {line[:80]!r}; send the file as it is")
    return entry[1], value
