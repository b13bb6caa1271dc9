"""Who wrote which tokens of a section, and what the target objected to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from specedit.editor.result import Disagreement, Piece
from specedit.editor.veto import Situation, Verdict
from specedit.engine.step import Step
from specedit.engine.tokenizer import Tokenizer
from specedit.engine.verify import Objection

SituationOf = Callable[[int, str], Situation]  # see `VetoRules.situation`


@dataclass(slots=True)
class SectionResult:
    """What became of a section: its new text, and what the target had to say. Offsets and lines are the section's."""

    text: str
    objections: list[Disagreement] = field(default_factory=list)
    vetoed: bool = False
    pieces: list[Piece] = field(default_factory=list)
    own: str | None = None  # after a veto: the target's own version, if it is one
    own_refused: str = ""  # or why it is none


class Transcript:
    """What has been written so far: `output`, which the engine grows, `objections` to it, and how much was `copied`."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.output: list[int] = []
        self.objections: list[Objection] = []
        self.copied = 0
        self._tokenizer = tokenizer
        self._counts: list[tuple[int, str]] = []  # tokens, and by whom

    def add(self, step: Step, by: str | None = None) -> None:
        """Note what a step has added, all of it by whoever is given, else by the drafter and the model."""
        self.objections += step.objections
        self.copied += step.accepted
        if by is not None:
            self._counts.append((len(step.token_ids), by))
            return
        self._counts += [(share.accepted, share.drafter) for share in step.shares if share.accepted]
        self._counts.append((len(step.token_ids) - step.accepted, "model"))

    def result(self, text: str, situation_of: SituationOf) -> SectionResult:
        """Return the result whose text is `text`; `situation_of` tells what an objection to it means."""
        objections = [self._disagreement(objection, situation_of) for objection in self.objections]
        return SectionResult(text, objections, pieces=list(self._pieces(len(text))))

    def _pieces(self, length: int) -> Iterator[Piece]:
        """Who wrote which characters; of judged text, the places that the target objected to are its own."""
        at = start = 0
        for count, by in self._counts:
            end = len(self._tokenizer.decode(self.output[: at + count]))
            if min(end, length) > start:
                yield Piece(start, min(end, length), by)
            at, start = at + count, end

    def _disagreement(self, objection: Objection, situation_of: SituationOf) -> Disagreement:
        before = self._tokenizer.decode(self.output[: objection.position])
        preferred = self._tokenizer.decode([objection.preferred])
        situation = situation_of(objection.position, preferred)
        vetoes = situation.verdict is Verdict.VETO
        return Disagreement(
            line=before.count("\n") + 1,
            predicted=self._tokenizer.decode([objection.token_id]),
            preferred=preferred,
            ratio=objection.ratio,
            ignored=not vetoes,
            always_vetoes=vetoes and objection.ratio < (situation.least or 0.0),
        )
