"""The forms of sentences that ask for a rename."""

import re

from specedit.edits.operations._rename_words import PATH

_WHAT, _NEW = r"(?P<what>.+?)", r"(?P<new>[`'\"]?[^\s`'\",;]+[`'\"]?)"


_LAST = r"(?P<what>[^.,;!?]+)"


_TO = r"(?:to|into|as|->|=>|→)"


# What can be called by a name, but not called as a function is.
_THING = r"(?:the\s+)?(?:parameter|param|argument|arg|variable|field|attribute|property|constant|const|class|struct|type|enum|interface|module)"
_NAME = rf"[`'\"]?{PATH}(?:\(\))?[`'\"]?"


# What tells how, when or where to call something, and is no name for it.
_HOW = (
    r"(?:once|twice|thrice|first|last|only|again|here|there|now|later|too|also|instead|always|never|everywhere|somewhere|"
    r"before|after|afterwards|next|inside|outside|back|more|less|async|await|asap|today|anyway|alone|together|"
    r"function|method|constructor|destructor|super|init|\w+ly|\w+wise)\b"
)
_NO_THING = r"(?:it|this|that|them|super|self|me|us|both|each|all|every|the|a|an)\b"


# Other ways to ask for a rename. A word behind "be called" that is no name tells how often or when to call it.
OTHER_WORDS = tuple(
    re.compile(rf"{form}(?P<tail>.*)", re.IGNORECASE | re.DOTALL)
    for form in (
        rf"(?:change|update|edit|modify)\s+(?:all\s+)?(?:the\s+)?(?:names?|uses|occurrences|references|identifier)\s+(?:of|for)\s+{_WHAT}\s+{_TO}\s+(?:be\s+)?{_NEW}",
        rf"(?:change|update)\s+{_WHAT}(?:'s|\u2019s)\s+name\s+{_TO}\s+{_NEW}",
        rf"(?:change|update)\s+{_WHAT}\s+to\s+be\s+(?:called|named)\s+{_NEW}",
        rf"{_WHAT}\s+(?:should|must|shall|ought\s+to|needs\s+to|has\s+to)\s+be\s+(?:named|renamed(?:\s+{_TO})?)\s+{_NEW}",
        rf"{_WHAT}\s+(?:should|must|shall|ought\s+to|needs\s+to|has\s+to)\s+be\s+called\s+(?!(?:once|twice|first|last|only|before|after|again|with|when|whenever|from|in|by|on|at|if|for|every|each|directly|to)\b|\w+ly\b){_NEW}",
        rf"(?:call|name)\s+(?:it|this|that)\s+{_NEW}\s+(?:instead\s+of|rather\s+than|not)\s+{_LAST}",
        rf"(?:call|name)\s+{_WHAT}\s+{_NEW}\s+instead",
        rf"(?:call|name)\s+(?P<what>{_THING}\s+{_NAME}(?:\s+(?:of|in)\s+(?:(?:the\s+)?(?:function|method|class)\s+)?{_NAME})?)\s+(?!(?:once|twice|first|last|only|again|here|there|now|later)\b){_NEW}(?=\s*[.!]?$)",
        rf"call\s+(?!{_NO_THING})(?P<what>{_NAME})\s+(?!{_HOW}){_NEW}(?=\s*[.!]?$)",
        rf"use\s+the\s+name\s+{_NEW}\s+(?:instead\s+of|rather\s+than|for)\s+{_LAST}",
        rf"give\s+{_WHAT}\s+(?:the|a)\s+(?:new\s+)?name\s+(?!(?:parameter|param|argument|arg|field|attribute|property)\b){_NEW}",
        rf"(?P<what>[`'\"]?{PATH}(?:\(\))?[`'\"]?)\s*(?:->|=>|→)\s*{_NEW}",
    )
)


# "In Door, rename …": where the symbol stands, before what is asked for.
INSIDE = re.compile(
    r"(?:in|inside|within)\s+(?:of\s+)?(?P<place>[^\s,;]+(?:\s+[^\s,;]+){0,5}?)\s*(?:,\s*|\s(?=re-?name\b))",
    re.IGNORECASE,
)


VERB = re.compile(r"(?:re-?name|renaming|renamed|renames)\b:?\s*", re.IGNORECASE)
