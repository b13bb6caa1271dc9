"""Where the comment above a function names its parameters by a tag: `@param {string} name`, `@param[in] name`.

So JSDoc, Javadoc and Doxygen write them; compilers and linters compare the tags with the parameters.
"""

import re
from collections.abc import Iterator

from specedit.edits.symbols.places import Place
from specedit.edits.syntax.nodes import ancestors, field_of, text_of
from specedit.edits.syntax.tree import Node

_MOST_AROUND = 5  # `export const f = function`, and the like


def tags(place: Place) -> Iterator[tuple[int, int]]:
    """Yield the byte ranges of the tags that name the parameter which a place declares; none for other places."""
    if not any(binding.kind == "parameter" for binding in place.bindings):
        return
    name = re.escape(place.node.text or b"")
    tag = re.compile(
        rb"[@\\]param(?:\[[\w, ]*\])?\s+(?:\{[^{}\n]*\}\s+)?\[?(" + name + rb")(?![\w$])"
    )
    comment = _comment_above(place.node)
    if comment is not None:
        for match in tag.finditer(comment.text or b""):
            yield comment.start_byte + match.start(1), comment.start_byte + match.end(1)


def _comment_above(parameter: Node) -> Node | None:
    """The documentation above the function that a parameter is of; as compilers read it, empty lines may be between."""
    around = [outer for outer, _ in ancestors(parameter)]
    listed = next((i for i, node in enumerate(around) if "parameter" in node.type), None)
    if listed is None:
        return None
    while listed < len(around) and "parameter" in around[listed].type:
        listed += 1
    for node in around[listed : listed + _MOST_AROUND]:
        above = node.prev_sibling
        while above is not None and "decorator" in above.type:
            node, above = above, above.prev_sibling
        if above is not None and "comment" in above.type:
            return above if text_of(above).startswith("/**") else None
        if above is not None and above.is_named and field_of(node) != "declarator":
            return None
    return None
