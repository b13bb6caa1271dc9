"""A change as a unified diff that `git apply` takes."""

from difflib import unified_diff

from specedit.edits.text import split_lines


def unified(path: str, before: str, after: str) -> str:
    """Return the diff of two texts of the file `path`, without a line feed at its end; "" if they are the same."""
    lines = []
    for line in unified_diff(split_lines(before), split_lines(after), f"a/{path}", f"b/{path}"):
        lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(lines).removesuffix("\n")
