"""What the target reads, and is asked to write, for the training of its drafting block.

Stretches of the corpus, and messages to the target: to write prose, and to document, test and explain functions of the
corpus.
"""

import random
from collections.abc import Iterator

from corpus import draw
from tasks import function

from specedit.engine.tokenizer import Tokenizer

_WHO = (
    *(
        "a lighthouse keeper",
        "two sisters",
        "an old clockmaker",
        "a young pilot",
        "a retired teacher",
    ),
    *(
        "a gardener",
        "a lost tourist",
        "a night watchman",
        "the last librarian",
        "a stubborn donkey",
    ),
    *(
        "a violinist",
        "three friends",
        "a ship's cook",
        "a shepherd",
        "an inventor",
        "a curious child",
    ),
    *("a postwoman", "a robot", "a king without a crown", "a detective", "a fisherman", "a nurse"),
)
_WHAT = (
    *(
        "finds a letter",
        "loses a key",
        "builds a bridge",
        "learns to swim",
        "moves to another town",
    ),
    *("crosses the desert", "plants a tree", "meets a stranger on a train", "repairs a radio"),
    *(
        "opens a bakery",
        "gets caught in a storm",
        "hears a voice in the well",
        "must tell the truth",
    ),
    *("makes a promise", "forgets a name", "wins a race by mistake", "looks after a wounded bird"),
)
_TOPICS = (
    *(
        "how bread is made",
        "why the sky is blue",
        "how a bicycle stays upright",
        "what inflation is",
    ),
    *("how vaccines work", "the history of paper", "how to sharpen a knife", "why leaves fall"),
    *(
        "what a compiler does",
        "how to prepare for an interview",
        "the water cycle",
        "how bees live",
    ),
    *("how to read a map", "what makes a good friend", "the rules of chess", "how glass is made"),
    *("how a database index works", "what version control is for", "how to save energy at home"),
    *(
        "the difference between weather and climate",
        "how coffee is grown",
        "how locks on canals work",
    ),
    *(
        "what an eclipse is",
        "how to write a clear report",
        "the life of a star",
        "how rice is cooked",
    ),
)
_PLACES = (
    *("a city at night", "a market in the morning", "an empty beach", "a forest after rain"),
    *("a railway station", "a small village", "a kitchen", "a mountain pass", "an old factory"),
    *("a harbour in winter", "a library", "a football match", "a garden in spring", "a long road"),
)
_PROSE = (
    "Write a story about {who} who {what}.",
    "Write a short story in which {who} {what}.",
    "Explain {topic}, for somebody who has never heard of it.",
    "Explain {topic}.",
    "Describe {place}.",
    "Describe a walk through {place}.",
    "Write a letter from {who} to an old friend.",
    "Give some advice on {topic}.",
    "Summarise what is known about {topic}.",
    "Write an essay on {topic}.",
)
_CODE = (
    "Write a docstring for this function.\n\n```{language}\n{code}```",
    "Document this function.\n\n```{language}\n{code}```",
    "Write unit tests for this function.\n\n```{language}\n{code}```",
    "Write tests for the code below.\n\n```{language}\n{code}```",
    "Explain what this code does.\n\n```{language}\n{code}```",
    "Write this function again, in Python.\n\n```{language}\n{code}```",
    "Write a function like this one that also checks its arguments.\n\n```{language}\n{code}```",
    "Improve this code.\n\n```{language}\n{code}```",
)
_HELD_OUT = (
    6  # of what prose is about, the first ones of each list are asked for in evaluation alone
)


def code(
    seed: int, length: int, tokenizer: Tokenizer, *, held_out: bool = False
) -> Iterator[list[int]]:
    """Yield stretches of files of the corpus, `length` tokens each."""
    rng = random.Random(f"code/{seed}/{held_out}")
    while True:
        token_ids = tokenizer.encode(draw(rng, held_out=held_out).text)
        if len(token_ids) >= length:
            # Half of them begin with the file, as what is edited does.
            start = rng.choice((0, rng.randrange(len(token_ids) - length + 1)))
            yield token_ids[start : start + length]


def messages(seed: int, *, of_code: bool, held_out: bool = False) -> Iterator[str]:
    """Yield messages to the target."""
    rng = random.Random(f"messages/{of_code}/{seed}/{held_out}")
    while True:
        if of_code:
            alone = function(rng, draw(rng, held_out=held_out))
            if alone is not None and len(alone.text) < 1000:
                language = alone.language.name
                yield rng.choice(_CODE).format(code=alone.text, language=language)
        else:
            parts = {"who": _WHO, "what": _WHAT, "topic": _TOPICS, "place": _PLACES}
            drawn = {
                name: rng.choice(of[:_HELD_OUT] if held_out else of[_HELD_OUT:])
                for name, of in parts.items()
            }
            yield rng.choice(_PROSE).format(**drawn)
