"""Words of a request to rename that are no names and no nouns."""

from specedit.edits.syntax.language import words

CONNECTORS = ("to", "into", "as", "with", "->", "=>", "→", "⇒", "➜")


PLACES = ("in", "of", "inside", "within", "from", "on", "at", "for", "line", "lines")


HERE = (
    "this",
    "file",
    "all",
    "code",
    "module",
    "whole",
    "entire",
    "comments",
    "strings",
    "docstrings",
    "codebase",
    "project",
)


USES = ("use", "uses", "usages", "occurrences", "instances", "references")


STYLES = (
    "snake_case",
    "camelcase",
    "pascalcase",
    "kebab-case",
    "lowercase",
    "uppercase",
    "snake",
    "camel",
    "something",
    "better",
    "clearer",
)


# Every word that may follow the names without changing what is asked. Anything else: not for us to guess.
REST = words(
    ", . ; ! ? ( ) everywhere throughout across in inside the this whole entire file module code please and or also too all its of "
    "use uses usages usage call calls caller callers occurrence occurrences reference references accordingly including include "
    "with update any every comment comments string strings docstring docstrings text source well as thanks thank you both "
    "where wherever it is used to match only here"
)
