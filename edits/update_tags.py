"""The `<instruction>…</instruction><code>…</code><update>…</update>` form of a request, as Morph introduced it."""

import re

from specedit.engine.errors import EditRefused


def read(text: str, body: str) -> tuple[str, str] | None:
    """Return the instruction ("" if there is none) and the update, or None where the text is not of this form.

    Raises:
        EditRefused: the form's code is not in the file.
    """
    update = re.search(r"<update>\n?(.*?)\n?</update>", text, re.DOTALL)
    if update is None:
        return None
    code = re.search(r"<code>\n?(.*?)\n?</code>", text, re.DOTALL)
    if code is not None and code[1].strip() not in body:
        first = code[1].strip().split("\n")[0]
        raise EditRefused(f"the <code> that begins with {first!r} is not in this file")
    instruction = re.search(r"<instruction>(.*?)</instruction>", text, re.DOTALL)
    return (instruction[1].strip() if instruction else ""), f"{update[1]}\n"
