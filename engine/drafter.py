"""What proposes drafts, and what it may look at."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

from specedit.engine.budget import Budget
from specedit.engine.draft import NO_DRAFT, Draft, Option
from specedit.engine.pass_cost import Price
from specedit.engine.target import GREEDY, DraftModel, Sampling, TargetSequence
from specedit.engine.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class DraftContext:
    """What a drafter may look at. `output` is a live view: it grows by what each step accepts.

    `sampling` is how the target chooses: what is drafted with the same noise is accepted most often. `sequence` is what
    the target has read, where it runs here, and `draft_model` a model that drafts for it, where there is one.
    """

    prompt: Sequence[int]
    source: Sequence[int]
    output: list[int]
    predictions: tuple[Sequence[int], ...]
    budget: Budget
    tokenizer: Tokenizer
    sampling: Sampling = GREEDY
    sequence: TargetSequence | None = None
    draft_model: DraftModel | None = None


class Drafter(Protocol):
    """Proposes tokens for one request. A draft is a guess: it can make us slow, never wrong."""

    def propose(self, limit: int) -> Draft:
        """Return at most `limit` tokens that may come next; none is a normal answer."""

    def observe(self, accepted: Sequence[int]) -> None:
        """Take note of what the target settled on in the last step."""


@runtime_checkable
class Closable(Protocol):
    """A drafter that keeps something which is to be given up at the end of a request."""

    def close(self) -> None:
        """Give it up."""


DrafterFactory: TypeAlias = Callable[[DraftContext], Drafter]


class Guess(NamedTuple):
    """A token that a predictor has computed: how sure it is, from 0 to 1, and the seconds that it took.

    `others` may stand in its place, the likeliest first. What a confidence is worth is learned: it has only to be larger where
    more is accepted.
    """

    token_id: int
    confidence: float
    seconds: float
    others: tuple[Option, ...] = ()


class Predictor(Protocol):
    """Computes one token after the other, which takes time: a draft model, heads of the target.

    Whatever it keeps of the text it compares with the context's prompt and output when it is asked: these say what was
    accepted, and what of its own guesses was not.
    """

    @property
    def name(self) -> str:
        """What the statistics call it."""

    def price(self, after: int) -> Price:
        """Return what it expects to take for tokens that follow the text and `after` more that another has drafted."""

    def predict(self, after: Sequence[int]) -> Generator[Guess]:
        """Yield what follows the text and `after`, a token whenever one is asked for."""

    def close(self) -> None:
        """Give up what it keeps."""


class PricedDrafter:
    """Drafts by a predictor, token by token, for as long as the budget finds that the next ones pay."""

    def __init__(self, predictor: Predictor, budget: Budget) -> None:
        self.predictor, self._budget = predictor, budget

    def propose(self, limit: int) -> Draft:
        """Return what the predictor computes; nothing where that promises no more than a pass without."""
        return self.extend(NO_DRAFT, limit) if self.promise(NO_DRAFT, limit) else NO_DRAFT

    def promise(self, draft: Draft, limit: int) -> float:
        """Return the tokens a second that are expected of others' chain with what would follow it; 0.0 where none should."""
        if len(draft) >= limit:
            return 0.0
        price = self.predictor.price(len(draft))
        more, rate = self._budget.more(draft, self.predictor.name, price, limit - len(draft))
        return rate if more else 0.0

    def extend(self, draft: Draft, limit: int) -> Draft:
        """Return others' chain with what is worth computing behind it, at least a token, and what may stand in place of the last."""
        name, budget, spent = self.predictor.name, self._budget, 0.0
        others: Sequence[Option] = ()
        price = self.predictor.price(len(draft))
        purchase = budget.purchase(draft, name, price)
        with closing(self.predictor.predict(draft.token_ids)) as guesses:
            for guess in guesses:
                draft = draft.then(name, guess.token_id, guess.confidence, guess.seconds)
                others = guess.others
                spent += guess.seconds
                purchase.add(budget.worth(name, guess.confidence), guess.seconds)
                if len(draft) >= limit or not purchase.goes_on:
                    break
        budget.charge(name, price, spent)
        return draft.hedged(others[: limit - len(draft)])

    def observe(self, accepted: Sequence[int]) -> None:
        """Learn nothing here: the predictor looks at the context."""

    def close(self) -> None:
        """Have the predictor give up what it keeps."""
        self.predictor.close()
