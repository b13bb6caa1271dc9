"""A change as a unified diff that `git apply` takes."""

from difflib import unified_diff

from specedit.edits.text import split_lines


def unified(path: str, before: str, after: str, *, names: tuple[str, str] | None = None) -> str:
    """Return the diff of two texts of the file `path`, without a line feed at its end; "" if they are the same.

    `names` are what stands in its head, where that is not the file's: it has another one afterwards, or there is none.
    """
    lines, heads = [], names or (f"a/{path}", f"b/{path}")
    for line in unified_diff(split_lines(before), split_lines(after), *heads):
        lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(lines).removesuffix("\n")
