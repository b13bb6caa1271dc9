"""One section of an edit on its way: the target reads it, then judges what is predicted or writes its own."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cached_property

from specedit.editor import reconcile, unjudged
from specedit.editor.expected import Expected, room
from specedit.editor.own_line import only_skips
from specedit.editor.prompt import Prompt
from specedit.editor.result import Progress
from specedit.editor.sections import Section
from specedit.editor.session import Session
from specedit.editor.transcript import SectionResult, Transcript
from specedit.editor.verdicts import Question
from specedit.editor.veto import VetoRules
from specedit.engine.budget import Budget
from specedit.engine.copy_prior import with_copy_prior
from specedit.engine.decode import PREDICTED, Writer, judge, prefill, write
from specedit.engine.drafter import DrafterFactory
from specedit.engine.errors import EditRefused
from specedit.engine.step import Step, untouched
from specedit.engine.target import Sampling, TargetSequence, can_go_back
from specedit.engine.verify import Objection


class SectionRun:
    """Takes one section through the target."""

    def __init__(self, session: Session, section: Section, prompt: Prompt) -> None:
        target, tokenizer, config = session.target, session.tokenizer, session.config
        self._target, self._tokenizer, self._config = target, tokenizer, config
        self._session, self._section, self._prompt = session, section, prompt
        self._tally, self._verdicts = session.tally, session.verdicts
        self._sampling = Sampling(config.temperature, config.seed)
        self._transcript = Transcript(tokenizer)
        self._output = self._transcript.output
        self._expected = Expected.of(section, prompt, tokenizer)
        self._answer = self._expected.judged
        self._max_tokens = room(
            section, self._expected, prompt, target.max_length, config.max_tokens
        )

    def run(
        self, drafter_for: DrafterFactory, budget: Budget, *, by: str, hint: bool, own_too: bool
    ) -> Generator[Progress, None, SectionResult]:
        """Yield progress, return the outcome. `own_too`: after a veto, have the target write its own version.

        Raises:
            EditRefused: time is up, or the target's own answer is no text for the section.
        """
        known = self._verdicts.find(self._question) if self._question else None
        if known is not None and all(
            each.ratio >= self._least(each.position, each.preferred) for each in known
        ):
            yield self._repeat(known, by)
            return self._transcript.result(self._expected.text, self._rules.situation)
        # What another request has read may depend on it in the last bit, through the lengths of its passes.
        shared = () if self._config.strict else self._prompt.token_ids
        with closing(self._target.open(shared)) as opened:
            prompt, prior = self._prompt, self._target.copy_prior
            sequence = with_copy_prior(opened, prompt.copy_source, len(prompt.token_ids), prior)
            can_judge, predicted = sequence.rollback_limit > 1, self._section.predicted is not None
            judged = predicted and can_judge and self._config.accept != "exact"
            if predicted and not (can_judge or hint):
                is_taken = unjudged.is_taken(self._config.accept, self._target.name)
                if is_taken and not self._expected.has_hole:
                    return SectionResult(self._expected.text)
            doubts = self._in_doubt if judged else range(0)
            yield from self._read(sequence, self._answer[: doubts.start], by)
            if isinstance(opened, Writer):
                self._tally.speculation = opened.speculation
            elif sequence.rollback_limit == 0:
                self._tally.speculation = "off: this model's cache cannot go back"
            if judged:
                vetoed = yield from self._judge(sequence, drafter_for, budget, by)
                if not vetoed and not self._expected.has_hole:
                    return self._transcript.result(self._expected.text, self._rules.situation)
                if vetoed and not hint:
                    return (yield from self._vetoed(sequence, drafter_for, budget, own_too))
            drafts = (*self._answer, *self._expected.rest, *prompt.closing_ids) if predicted else ()
            yield from self._write(sequence, drafter_for, budget, drafts)
            return self._transcript.result(self._own_text(), self._rules.situation)

    @cached_property
    def _question(self) -> Question | None:
        """What is judged, if an earlier verdict counts: not where it may depend on the lengths of passes, or may change."""
        judged = self._section.predicted is not None and self._config.accept != "exact"
        if not judged or self._target.is_remote or self._expected.has_hole or self._config.strict:
            return None
        return Question(self._prompt.token_ids, self._answer, self._in_doubt, self._sampling)

    def _repeat(self, objections: Sequence[Objection], by: str) -> Progress:
        """Take the whole answer, which was judged before."""
        tokens = len(self._prompt.token_ids)
        with self._tally.reading(tokens, known=tokens):
            self._take(self._answer, by, objections)
        return self._progress()

    @cached_property
    def _in_doubt(self) -> range:
        """The answer's tokens from the first that may be vetoed to the last, or to a hole: none behind them is read."""
        doubts, length = self._rules.in_doubt, len(self._answer)
        return range(doubts.start, length) if self._expected.has_hole else doubts

    def _read(self, sequence: TargetSequence, begun: Sequence[int], by: str) -> Generator[Progress]:
        """Read the prompt, and how its answer begins where that is not in doubt: in the same passes."""
        token_ids = (*self._prompt.token_ids, *begun)
        with self._tally.reading(len(self._prompt.token_ids), known=sequence.length):
            for done in prefill(sequence, token_ids):
                yield Progress("prompt", done, len(token_ids))
        self._take(begun, by)

    def _take(
        self, token_ids: Sequence[int], by: str, objections: Sequence[Objection] = ()
    ) -> None:
        """Add tokens to the output which nothing could veto, or did when it was asked before."""
        if token_ids:
            self._output.extend(token_ids)
            step = untouched(token_ids, PREDICTED, objections)
            self._tally.take(step)
            self._transcript.add(step, by)

    def _judge(
        self, sequence: TargetSequence, drafter_for: DrafterFactory, budget: Budget, by: str
    ) -> Generator[Progress, None, bool]:
        """Whether the target vetoes the answer. What is trusted is not vetoed, but the doubt is looked into."""
        trusted = self._config.accept == "trust"
        end = self._in_doubt.stop
        while len(self._output) < end:
            steps = judge(
                sequence,
                self._prompt.token_ids,
                self._output,
                self._answer[:end],
                threshold=(lambda *_: 0.0) if trusted else self._least,
                sampling=self._sampling,
            )
            for step in steps:
                yield self._count(step, by)
            if not step.vetoed:
                break
            waived = yield from self._waive(
                sequence, drafter_for, budget, self._transcript.objections[-1]
            )
            if not waived:
                return True
            self._transcript.objections.pop()  # it is judged once more, and let pass
        if trusted:
            for doubt in sorted(self._transcript.objections, key=lambda objection: objection.ratio):
                if doubt.ratio < self._least(doubt.position, doubt.preferred):
                    waived = yield from self._waive(sequence, drafter_for, budget, doubt)
                    if not waived:
                        break
        if self._question and not self._rules.has_waived:
            self._verdicts.note(self._question, self._transcript.objections)
        self._take(self._answer[end:], by)
        return False

    @cached_property
    def _rules(self) -> VetoRules:
        context = self._section.context
        if self._config.accept != "auto":  # the target's word is wanted on every place
            context = replace(context, doubtful=None)
        return self._expected.rules(self._prompt.source_ids, context, self._tokenizer)

    def _least(self, position: int, preferred: int) -> float:
        """How likely a token must be there, over the one that the target preferred, not to be vetoed."""
        text = self._tokenizer.decode([preferred])
        return self._rules.least(position, text, self._config.threshold)

    def _waive(
        self,
        sequence: TargetSequence,
        drafter_for: DrafterFactory,
        budget: Budget,
        doubt: Objection,
    ) -> Generator[Progress, None, bool]:
        """Waive an objection, and say so, if the target would only leave out lines that stay: have it write one line."""
        at = doubt.position
        place = len(self._prompt.token_ids) + at - 1  # its line follows that, and `own[-1]`
        if not (self._rules.may_be_waived(at) and can_go_back(sequence, place)):
            return False
        context = self._session.draft_context(
            self._prompt, list(self._answer[:at]), budget, self._answer
        )
        stop_ids, most = self._target.stop_ids, self._max_tokens
        waived = yield from only_skips(
            sequence, place, context, drafter_for, stop_ids, most, self._look
        )
        if waived:
            self._rules.waive(at)
        return waived

    def _vetoed(
        self, sequence: TargetSequence, drafter_for: DrafterFactory, budget: Budget, own_too: bool
    ) -> Generator[Progress, None, SectionResult]:
        result = self._transcript.result(self._expected.text, self._rules.situation)
        result.vetoed = True
        result.objections[-1] = replace(result.objections[-1], vetoed=True)
        if own_too:
            try:
                yield from self._write(sequence, drafter_for, budget, ())
                result.own = self._own_text()
            except EditRefused as refusal:
                result.own_refused = str(refusal)
        return result

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
            self._session.draft_context(self._prompt, self._output, budget, predicted),
            drafter_for,
            stop_ids=self._target.stop_ids,
            sampling=self._sampling,
            max_tokens=self._max_tokens,
            near_tie=self._target.near_tie if self._config.strict else None,
        )
        for step in steps:
            yield self._count(step)
            if reconcile.has_closed(self._prompt, self._output, step, self._tokenizer):
                steps.close()
                return

    def _own_text(self) -> str:
        """The target's answer as the section's text."""
        stopped = bool(self._output) and self._output[-1] in self._target.stop_ids
        text = self._tokenizer.decode(self._output)
        return reconcile.new_body(self._section.text, text, self._prompt.fence, complete=stopped)

    def _look(self) -> Progress:
        self._tally.look()
        return self._progress()

    def _count(self, step: Step, by: str | None = None) -> Progress:
        self._tally.add(step)
        self._transcript.add(step, by)
        return self._progress()

    def _progress(self) -> Progress:
        total = max(len(self._prompt.source_ids), len(self._output))
        return Progress("answer", len(self._output), total, self._transcript.copied)
