"""One section of an edit on its way: the target reads it, then judges what is predicted or writes its own."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property

from specedit.editor.config import Config
from specedit.editor.result import Disagreement, Piece, Progress
from specedit.editor.sections import Section
from specedit.editor.stats import Tally
from specedit.editor.veto import Verdict, VetoRules
from specedit.edits import reconcile
from specedit.edits.copied import skips_ahead
from specedit.edits.prediction import HOLE
from specedit.edits.prompt import Prompt
from specedit.engine.budget import Budget
from specedit.engine.copy_prior import with_copy_prior
from specedit.engine.decode import Step, Writer, judge, prefill, write
from specedit.engine.draft import DraftContext, DrafterFactory
from specedit.engine.errors import EditRefused
from specedit.engine.target import GREEDY, Sampling, Target, TargetSequence
from specedit.engine.tokenizer import Tokenizer
from specedit.engine.verify import Objection

# Room for an answer that is longer than its section, where `max_tokens` is not given.
_GROWTH = 1.25
_EXTRA_TOKENS = 256
_LOOK = 96  # tokens: most of a line that the target would write instead


@dataclass(slots=True)
class Outcome:
    """What became of a section: its new text, and what the target had to say. Offsets and lines are the section's."""

    text: str
    objections: list[Disagreement] = field(default_factory=list)
    vetoed: bool = False
    pieces: list[Piece] = field(default_factory=list)
    own: str | None = None  # after a veto: the target's own version, if it is one
    own_refused: str = ""  # or why it is none


class SectionRun:
    """Takes one section through the target."""

    def __init__(
        self,
        target: Target,
        tokenizer: Tokenizer,
        config: Config,
        section: Section,
        prompt: Prompt,
        tally: Tally,
    ) -> None:
        self._target, self._tokenizer, self._config = target, tokenizer, config
        self._section, self._prompt, self._tally = section, prompt, tally
        self._output: list[int] = []
        self._objections: list[Objection] = []
        self._written: list[tuple[int, str]] = []  # tokens, and by whom
        self._copied = 0
        known, _, rest = (section.predicted or "").partition(HOLE)
        self._has_hole = HOLE in (section.predicted or "")
        self._answer = tuple(tokenizer.encode(known))
        self._rest = tuple(tokenizer.encode(rest.replace(HOLE, "")))
        if (section.at_end or not self._answer) and not self._has_hole:
            self._answer += prompt.closing_ids  # elsewhere a section ends where we have cut it
        self._max_tokens = self._room()

    def run(
        self, drafter_for: DrafterFactory, budget: Budget, *, by: str, hint: bool, own_too: bool
    ) -> Generator[Progress, None, Outcome]:
        """Yield progress, return the outcome. `own_too`: after a veto, have the target write its own version.

        Raises:
            EditRefused: time is up, or the target's own answer is no text for the section.
        """
        # What another request has read may depend on it in the last bit, through the lengths of its passes.
        shared = () if self._config.strict else self._prompt.token_ids
        with closing(self._target.open(shared)) as opened:
            prompt, prior = self._prompt, self._target.copy_prior
            sequence = with_copy_prior(opened, prompt.copy_source, len(prompt.token_ids), prior)
            can_judge = sequence.rollback_limit > 0
            judged = self._section.predicted is not None and can_judge
            judged = judged and self._config.accept != "exact"
            yield from self._read(sequence)
            if isinstance(opened, Writer):
                self._tally.speculation = opened.speculation
            elif not can_judge:
                self._tally.speculation = "off: this model's cache cannot go back"
            if judged:
                vetoed = yield from self._judge(sequence, drafter_for, budget, by)
                if not vetoed and not self._has_hole:
                    return self._outcome(self._section.predicted or "")
                if vetoed and not hint:
                    return (yield from self._vetoed(sequence, drafter_for, budget, own_too))
            drafts: tuple[int, ...] = ()
            if self._section.predicted is not None:
                drafts = (*self._answer, *self._rest, *self._prompt.closing_ids)
            yield from self._write(sequence, drafter_for, budget, drafts)
            return self._outcome(self._own_text())

    def _read(self, sequence: TargetSequence) -> Generator[Progress]:
        total = len(self._prompt.token_ids)
        with self._tally.reading(total, known=sequence.length):
            for done in prefill(sequence, self._prompt.token_ids):
                yield Progress("prompt", done, total)

    def _judge(
        self, sequence: TargetSequence, drafter_for: DrafterFactory, budget: Budget, by: str
    ) -> Generator[Progress, None, bool]:
        """Whether the target vetoes the answer. What is trusted is not vetoed, but the doubt is looked into."""
        trusted = self._config.accept == "trust"
        while len(self._output) < len(self._answer):
            steps = judge(
                sequence,
                self._prompt.token_ids,
                self._output,
                self._answer,
                threshold=(lambda *_: 0.0) if trusted else self._least,
                sampling=self._sampling(),
            )
            for step in steps:
                self._written.append((len(step.token_ids), by))
                yield self._count(step)
            if not step.vetoed:
                break
            waived = yield from self._waive(sequence, drafter_for, budget, self._objections[-1])
            if not waived:
                return True
            self._objections.pop()  # it is judged once more, and let pass
        if trusted:
            for doubt in sorted(self._objections, key=lambda objection: objection.ratio):
                if doubt.ratio < self._least(doubt.position, doubt.preferred):
                    waived = yield from self._waive(sequence, drafter_for, budget, doubt)
                    if not waived:
                        break
        return False

    @cached_property
    def _rules(self) -> VetoRules:
        texts = [self._tokenizer.decode([token_id]) for token_id in self._answer]
        context = self._section.context
        if self._config.accept != "auto":  # the target's word is wanted on every place
            context = replace(context, doubtful=None)
        # Where tokens split characters, their texts do not tell where in the answer they stand.
        if not "".join(texts).startswith(self._section.predicted or ""):
            context = replace(context, excluded_ranges=(), doubtful=None)
        return VetoRules(self._prompt.source_ids, self._answer, texts, context)

    def _least(self, position: int, preferred: int) -> float:
        """How likely a token must be there, over the one that the target preferred, not to be vetoed."""
        return self._rules.least(
            position, self._tokenizer.decode([preferred]), self._config.threshold
        )

    def _waive(
        self,
        sequence: TargetSequence,
        drafter_for: DrafterFactory,
        budget: Budget,
        doubt: Objection,
    ) -> Generator[Progress, None, bool]:
        """Waive an objection, and say so, if the target would only leave out lines that stay: have it write one line."""
        at = doubt.position
        if not self._rules.may_be_waived(at):
            return False
        own = list(self._answer[:at])
        context = self._context(own, budget, self._answer)
        more = ""
        # All that the line follows is cached, but for its last token.
        with closing(sequence.fork(len(self._prompt.token_ids) + at - 1)) as fork:
            steps = write(
                fork,
                context,
                drafter_for,
                stop_ids=self._target.stop_ids,
                sampling=GREEDY,
                max_tokens=min(at + _LOOK, self._max_tokens),
            )
            with closing(steps):
                for _ in steps:
                    self._tally.look()
                    yield self._progress()
                    more = self._tokenizer.decode(own[at:])
                    if "\n" in more.lstrip():
                        break
        decode = self._tokenizer.decode
        if own[-1] in self._target.stop_ids:
            more = decode(own[at:-1]) + "\n"
        waived = skips_ahead(decode(self._answer[:at]), decode(self._answer[at:]), more)
        if waived:
            self._rules.waive(at)
        return waived

    def _vetoed(
        self,
        sequence: TargetSequence,
        drafter_for: DrafterFactory,
        budget: Budget,
        own_too: bool,
    ) -> Generator[Progress, None, Outcome]:
        outcome = self._outcome(self._section.predicted or "")
        outcome.vetoed = True
        outcome.objections[-1] = replace(outcome.objections[-1], vetoed=True)
        if own_too:
            try:
                yield from self._write(sequence, drafter_for, budget, ())
                outcome.own = self._own_text()
            except EditRefused as refusal:
                outcome.own_refused = str(refusal)
        return outcome

    def _write(
        self,
        sequence: TargetSequence,
        drafter_for: DrafterFactory,
        budget: Budget,
        predicted: tuple[int, ...],
    ) -> Generator[Progress]:
        budget.expect(len(self._prompt.source_ids) + len(self._prompt.closing_ids))
        steps = write(
            sequence,
            self._context(self._output, budget, predicted),
            drafter_for,
            stop_ids=self._target.stop_ids,
            sampling=self._sampling(),
            max_tokens=self._max_tokens,
            near_tie=self._target.near_tie if self._config.strict else None,
        )
        fence_ids = set(self._prompt.closing_ids)
        for step in steps:
            if step.accepted:
                self._written.append((step.accepted, step.drafter))
            self._written.append((len(step.token_ids) - step.accepted, "model"))
            yield self._count(step)
            # Only a step that may have closed the block is worth decoding the text for.
            near_fence = fence_ids & set(self._output[-len(step.token_ids) - 4 :])
            if near_fence and reconcile.ends_inside(
                self._tokenizer.decode(self._output), self._prompt.fence
            ):
                steps.close()
                return

    def _context(
        self, output: list[int], budget: Budget, predicted: tuple[int, ...]
    ) -> DraftContext:
        return DraftContext(
            self._prompt.token_ids,
            (*self._prompt.source_ids, *self._prompt.closing_ids),
            output,
            (predicted,) if predicted else (),
            budget,
            self._tokenizer,
        )

    def _room(self) -> int:
        """Most tokens of the answer; refuses a section that does not fit the context with its rewrite."""
        asked, prompt_tokens = self._config.max_tokens, len(self._prompt.token_ids)
        answer = len(self._answer) + len(self._rest)
        rewrite = max(len(self._prompt.source_ids), answer) + len(self._prompt.closing_ids) + 1
        room = self._target.max_length - prompt_tokens
        if rewrite > room:
            raise EditRefused(
                f"lines {self._section.first + 1} to {self._section.last} do not fit: {prompt_tokens} tokens of prompt "
                f"and about {rewrite} of rewrite are more than the model's {self._target.max_length}; narrow it with "
                "--scope symbol:NAME or lines:A-B, or use a model with a longer context"
            )
        return min(room, asked or int(rewrite * _GROWTH) + _EXTRA_TOKENS)

    def _sampling(self) -> Sampling:
        return Sampling(self._config.temperature, self._config.seed)

    def _count(self, step: Step) -> Progress:
        self._tally.add(step)
        self._objections += step.objections
        self._copied += step.accepted
        return self._progress()

    def _progress(self) -> Progress:
        total = max(len(self._prompt.source_ids), len(self._output))
        return Progress("answer", len(self._output), total, self._copied)

    def _own_text(self) -> str:
        """The target's answer as the section's text."""
        stopped = bool(self._output) and self._output[-1] in self._target.stop_ids
        text = self._tokenizer.decode(self._output)
        return reconcile.new_body(self._section.text, text, self._prompt.fence, complete=stopped)

    def _outcome(self, text: str) -> Outcome:
        objections = [self._disagreement(objection) for objection in self._objections]
        return Outcome(text, objections, pieces=list(self._pieces(len(text))))

    def _pieces(self, length: int) -> Generator[Piece]:
        """Who wrote which characters; of judged text, the places that the target objected to are its own."""
        at, start, ids = 0, 0, self._output
        for count, by in self._written:
            end = len(self._tokenizer.decode(ids[: at + count]))
            if min(end, length) > start:
                yield Piece(start, min(end, length), by)
            at, start = at + count, end

    def _disagreement(self, objection: Objection) -> Disagreement:
        before = self._tokenizer.decode(self._output[: objection.position])
        preferred = self._tokenizer.decode([objection.preferred])
        situation = self._rules.situation(objection.position, preferred)
        vetoes = situation.verdict is Verdict.VETO
        return Disagreement(
            line=before.count("\n") + 1,
            predicted=self._tokenizer.decode([objection.token_id]),
            preferred=preferred,
            ratio=objection.ratio,
            ignored=not vetoes,
            always_vetoes=vetoes and objection.ratio < (situation.least or 0.0),
        )
