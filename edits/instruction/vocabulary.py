"""Words that mean the same. A verb or a preposition is one or several words."""

from specedit.edits.syntax.language import words

Words = tuple[str, ...]


def phrases(*listed: str) -> tuple[Words, ...]:
    """Return phrases as words, the longest first."""
    return tuple(sorted((tuple(each.split()) for each in listed), key=len, reverse=True))


def nouns(listed: str, *of_several_words: str) -> tuple[Words, ...]:
    """Return nouns as words, the longest first."""
    return phrases(*listed.split(), *of_several_words)


REMOVE = phrases("remove", "delete", "drop", "erase", "eliminate", "get rid of", "take out")
ADD = phrases("add", "insert")
GIVE = phrases("give")
PUT = phrases("put")
MOVE = phrases("move", "put", "place", "shift")
CHANGE = phrases(
    "change", "set", "update", "modify", "increase", "decrease", "raise", "lower", "bump", "reduce"
)
MAKE = phrases("make", "let")
TURN = phrases("turn", "switch")
SWAP = phrases(
    "swap", "exchange", "switch", "swap the order of", "switch the order of", "reverse the order of"
)
REORDER = phrases("reorder", "rearrange", "order", "change the order of")
SORT = phrases("sort", "order", "organize", "organise", "alphabetize", "alphabetise")
WRAP = phrases("wrap", "surround", "enclose", "put", "nest")
ANNOTATE = phrases("annotate")
DECORATE = phrases("decorate")
NEGATE = phrases("negate", "invert", "flip", "reverse")
SIMPLIFY = phrases("simplify")
IMPORT = phrases("import")
CLEAN = phrases("clean up", "tidy up")
USE = phrases("use")
CONVERT = phrases(
    "convert", "change", "turn", "rewrite", "migrate", "replace", "refactor", "transform"
)
EXTRACT = phrases("move", "extract", "pull", "lift", "hoist", "pull out", "lift out")
INLINE = phrases("inline")
FACTOR = phrases(
    *(
        f"{verb}{out}"
        for verb in ("extract", "move", "pull", "factor", "refactor")
        for out in ("", " out")
    ),
    *("turn", "make"),
)
SYNONYMS = (
    REMOVE, ADD, GIVE, PUT, MOVE, CHANGE, MAKE, TURN, SWAP, REORDER, SORT, WRAP, ANNOTATE, DECORATE, NEGATE, SIMPLIFY, IMPORT,
    CLEAN, USE, CONVERT, EXTRACT, INLINE, FACTOR,
)  # fmt: skip
VERBS = frozenset(verb[0] for verbs in SYNONYMS for verb in verbs)

FUNCTION = nouns("function method func constructor")
CLASS = nouns("class struct interface enum trait type object")
PARAMETER = nouns(
    "parameter param argument arg",
    *("keyword parameter", "keyword argument", "keyword param", "keyword arg"),
)
VARIABLE = nouns("constant variable field attribute const", "class variable", "class attribute")
DEFINITION = nouns("function method class struct interface enum trait type constant func")
DECORATOR = nouns("decorator annotation attribute")

ARTICLES = frozenset(["the", "a", "an", "my", "our"])
CLAIMS = frozenset(["unused", "dead", "unnecessary", "redundant", "unneeded"])
# Before a name that stands where an adjective could, as in "the strict parameter": these are no names there.
NO_NAMES = words(
    "a an the this that these those its it every everything each all any anything some one another new missing unused unnecessary "
    "redundant unneeded dead obsolete deprecated whole entire old first last second third other same only next previous above below "
    "following wrong right"
)
# Words before a noun that say what kind of thing is meant, not which.
KINDS = words(
    "additional another any bool boolean callback default dict dummy each every existing extra first float int "
    "integer last list mandatory missing more named necessary new number numeric object one optional other "
    "positional required same second set single str string third tuple two type typed unused variadic"
)
