"""One request on its way: its sections go through the target, and the gate passes what comes of them."""

from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import replace
from functools import cached_property
from time import monotonic

from specedit.editor.config import Config
from specedit.editor.plan import Plan
from specedit.editor.prompt import Prompt, build
from specedit.editor.result import (
    Disagreement,
    EditRequest,
    EditResult,
    Piece,
    Progress,
    Settled,
    Status,
)
from specedit.editor.section_run import SectionRun
from specedit.editor.sections import Section, spliced
from specedit.editor.session import Session
from specedit.editor.settled import is_settled, settle
from specedit.editor.stats import Tally
from specedit.editor.transcript import SectionResult
from specedit.editor.verdicts import Verdicts
from specedit.edits import own_words, safety
from specedit.edits.document import edited
from specedit.edits.prediction import HOLE
from specedit.edits.syntax.languages import language_of
from specedit.edits.text import TextEdit, minimal_edits, split_lines, starts_of
from specedit.engine.budget import Budget
from specedit.engine.drafter import DrafterFactory
from specedit.engine.errors import EditRefused
from specedit.engine.target import Target
from specedit.engine.tokenizer import Tokenizer, exceeds

Events = Generator[Progress | Settled | EditResult]
Check = Callable[[str, str, str, safety.Wording, Collection[str]], None]  # as `check_result`


def check_result(
    before: str, after: str, path: str, wording: safety.Wording, forced: Collection[str] = ()
) -> None:
    """Refuse a result that cannot be trusted; see `safety.check`."""
    safety.check(before, after, language_of(path, before, after), wording, forced)


class Edit:
    """One request on its way."""

    def __init__(
        self,
        target: Target,
        tokenizer: Tokenizer,
        config: Config,
        request: EditRequest,
        check: Check,
        verdicts: Verdicts,
    ) -> None:
        self._tokenizer, self._config, self._verdicts = tokenizer, config, verdicts
        self._request, self.accept, self._check = request, config.accept, check
        self._tally = Tally()
        self._deadline = monotonic() + config.timeout if config.timeout else None
        self._target = target.with_deadline(self._deadline)
        self._origin: str | None = None
        self._objections: list[Disagreement] = []
        self._pieces: list[Piece] = []
        self._final_newline: bool | None = None

    def run(self, planned: Plan, drafter_for: DrafterFactory, budget: Budget) -> Events:
        """Yield progress and what is settled, then the result."""
        if self.accept == "syntax" or is_settled(planned, self.accept):
            result = settle(self._request, planned)
            yield Settled(result.hunks)
            yield result
            return
        self._origin = planned.prediction.origin if planned.prediction else None
        self._final_newline = planned.prediction.final_newline if planned.prediction else None
        session = Session(self._target, self._tokenizer, self._config, self._tally, self._verdicts)
        outcomes: list[SectionResult] = []
        for section in planned.sections:
            if self.accept == "auto" and section.predicted and section.context.doubtful == ():
                outcomes.append(SectionResult(section.predicted))
                yield self._settled(section, section.predicted)
                continue
            running = SectionRun(session, section, self._prompt(section)).run(
                drafter_for,
                budget,
                by=self._origin or "",
                hint=bool(planned.prediction and planned.prediction.hint),
                own_too=not any(outcome.vetoed for outcome in outcomes),
            )
            outcome = yield from self._timed(running)
            outcomes.append(outcome)
            if not outcome.vetoed and outcome.text != section.text:
                yield self._settled(section, outcome.text)
        yield self._finished(planned, outcomes)

    def refused(self, refusal: EditRefused) -> EditResult:
        """Return the result that leaves the file as it is."""
        result = self._result("refused", self._request.document.body, reason=str(refusal))
        return replace(result, refusal=refusal)

    def _result(
        self,
        status: Status,
        body: str,
        *,
        reason: str = "",
        proposed: str | None = None,
        alternative: str | None = None,
    ) -> EditResult:
        """What came of it, for a file that now reads, or would read, `body`."""
        final_newline = self._final_newline if status == "changed" else None
        hunks, data = edited(self._request.document, body, final_newline)
        return EditResult(
            document=self._request.document,
            model=self._target.name,
            status=status,
            reason=reason,
            operation=self._origin,
            body=body,
            data=data,
            hunks=hunks,
            stats=self._tally.stats(),
            objections=tuple(self._objections),
            proposed=proposed,
            alternative=alternative,
            pieces=tuple(self._pieces),
        )

    def _settled(self, section: Section, text: str) -> Settled:
        document = self._request.document
        is_last = section.last == len(self._starts) - 1
        if is_last:  # whether the last line is ended is for the document to say
            return Settled(
                document.hunks(spliced(document.body, [section], [text]), self._final_newline)
            )
        start = self._starts[section.first]
        edits = minimal_edits(section.text, text)
        return Settled(
            document.hunks_of(TextEdit(e.start + start, e.end + start, e.new_text) for e in edits)
        )

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins, and where the text ends."""
        return starts_of(split_lines(self._request.document.body))

    def _prompt(self, section: Section) -> Prompt:
        texts = (section.text, section.predicted or "", section.instruction)
        if any(exceeds(text, self._tokenizer, self._target.max_length) for text in texts):
            raise EditRefused(
                f"lines {section.first + 1} to {section.last} and what is asked about them do not fit: they are more than "
                f"the model's {self._target.max_length} tokens; narrow it with --scope symbol:NAME or lines:A-B, or use "
                "a model with a longer context"
            )
        prompt = build(section.instruction, section.text, self._request.path, self._tokenizer)
        if self._tokenizer.decode(prompt.source_ids) != section.text:
            raise EditRefused(
                "the model's tokenizer does not give this file's text back unchanged; use another model"
            )
        return prompt

    def _timed(
        self, running: Generator[Progress, None, SectionResult]
    ) -> Generator[Progress, None, SectionResult]:
        """Pass progress on as long as there is time."""
        while True:
            try:
                progress = next(running)
            except StopIteration as stop:
                outcome: SectionResult = stop.value
                return outcome
            yield progress
            if self._deadline is not None and monotonic() > self._deadline:
                refusal = EditRefused(
                    f"not done within {self._config.timeout:g} s; raise --timeout"
                )
                try:  # a section may still have something to say, as that it was vetoed
                    running.throw(refusal)
                except StopIteration as stop:
                    outcome = stop.value
                    return outcome

    def _finished(self, planned: Plan, outcomes: Sequence[SectionResult]) -> EditResult:
        self._collect(planned.sections, outcomes)
        request = self._request
        before = request.document.body
        body = spliced(before, planned.sections, [outcome.text for outcome in outcomes])
        if HOLE not in body:  # first the gate: what it refuses is not proposed either
            self._check(before, body, request.path, planned.wording, request.force)
        vetoes = [i for i, outcome in enumerate(outcomes) if outcome.vetoed]
        if vetoes:
            return self._disagreed(planned, outcomes, vetoes, body)
        if planned.prediction is None or body != planned.prediction.body:  # the target's own
            language = language_of(request.path, before, body)
            own_words.check(request.instruction, before, body, language)
        result = self._result("unchanged" if body == before else "changed", body)
        remarks = planned.prediction.notices if planned.prediction else ()
        return replace(result, remarks=remarks)

    def _disagreed(
        self, planned: Plan, outcomes: Sequence[SectionResult], vetoes: Sequence[int], body: str
    ) -> EditResult:
        assert planned.prediction is not None
        request, first = self._request, outcomes[vetoes[0]]
        veto, *others = [place for place in self._objections if place.vetoed]
        reason = (
            f"syntax and model disagree on line {veto.line}: the {planned.prediction.origin} writes "
            f"{veto.predicted!r}, the model expects {veto.preferred!r}"
        )
        if others:
            lines = ", ".join(str(place.line) for place in others)
            reason += f"; and on line{'s' * (len(others) > 1)} {lines}"
        alternative, before = None, request.document.body
        if first.own is not None:
            texts = [outcome.text for outcome in outcomes]
            texts[vetoes[0]] = first.own
            alternative = spliced(before, planned.sections, texts)
            try:
                self._check(before, alternative, request.path, planned.wording, ())
            except EditRefused as refusal:
                alternative, first.own_refused = None, str(refusal)
        if alternative is None:
            reason = f"{reason}; the model's own version is no file: {first.own_refused}"
        proposed = None if HOLE in body else body
        result = self._result(
            "disagreed", before, reason=reason, proposed=proposed, alternative=alternative
        )
        return replace(result, remarks=planned.prediction.notices)

    def _collect(self, sections: Sequence[Section], outcomes: Sequence[SectionResult]) -> None:
        """Move what the sections say by lines and characters of their own to those of the whole text."""
        lines = split_lines(self._request.document.body)
        line = offset = at = 0
        for section, outcome in zip(sections, outcomes, strict=True):
            line += section.first - at
            offset += sum(map(len, lines[at : section.first]))
            for place in outcome.objections:
                self._objections.append(replace(place, line=place.line + line))
            for piece in outcome.pieces:
                self._pieces.append(Piece(piece.start + offset, piece.end + offset, piece.by))
            line, at = line + outcome.text.count("\n"), section.last
            offset += len(outcome.text)
