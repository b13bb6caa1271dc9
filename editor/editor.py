"""The whole pipeline: a file and an instruction become hunks. Reads and writes no file."""

from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from time import monotonic

from specedit import drafters
from specedit.editor.config import Config
from specedit.editor.result import EditRequest, EditResult, Place, Progress, Status
from specedit.editor.stats import Tally
from specedit.edits import reconcile
from specedit.edits.document import edited
from specedit.edits.languages import language_of
from specedit.edits.prediction import Prediction, predict
from specedit.edits.prompt import Prompt, build
from specedit.engine.budget import AcceptanceRate, Budget, PassCost
from specedit.engine.decode import Step, decode, judge, prefill
from specedit.engine.draft import DraftContext, DrafterFactory
from specedit.engine.errors import EditRefused, InvalidRequest
from specedit.engine.target import Sampling, Target, TargetSequence
from specedit.engine.tokenizer import Tokenizer
from specedit.engine.verify import Objection

# Room for an answer that is longer than its file, where `max_tokens` is not given.
_GROWTH = 1.25
_EXTRA_TOKENS = 256

Events = Generator[Progress | EditResult]


class Editor:
    """Edits with one target. What it learns about passes and drafts serves all its requests."""

    def __init__(self, target: Target, tokenizer: Tokenizer, config: Config) -> None:
        self._target, self._tokenizer, self._config = target, tokenizer, config
        self._drafter_for: DrafterFactory = drafters.load(config.drafter)
        self._cost, self._acceptance = PassCost(), AcceptanceRate()

    def edit(self, request: EditRequest) -> Events:
        """Yield progress, then the result. Closing the generator cancels after the pass under way.

        Raises:
            InvalidRequest: the instruction is empty.
            TargetError: the target failed.
        """
        if not request.instruction.strip():
            raise InvalidRequest("the instruction is empty; say what to change")
        edit = _Edit(self._target, self._tokenizer, self._config, request)
        try:
            yield from edit.run(self._drafter_for, Budget(self._cost, self._acceptance))
        except EditRefused as refusal:
            yield edit.result("refused", request.document.body, reason=str(refusal))


def finish(events: Events, advance: Callable[[Progress], None] | None = None) -> EditResult:
    """Return the result of an edit, telling `advance` how far it is."""
    for event in events:
        if isinstance(event, EditResult):
            return event
        if advance is not None:
            advance(event)
    raise AssertionError("an edit ends with its result")


class _Edit:
    """One request on its way."""

    def __init__(
        self, target: Target, tokenizer: Tokenizer, config: Config, request: EditRequest
    ) -> None:
        self._target, self._tokenizer, self._config = target, tokenizer, config
        self._request = request
        self._tally = Tally()
        self._deadline = monotonic() + config.timeout if config.timeout else None
        self._output: list[int] = []
        self._objections: list[Objection] = []
        self._operation: str | None = None

    def run(self, drafter_for: DrafterFactory, budget: Budget) -> Events:
        """Yield progress, then the result."""
        body, request = self._request.document.body, self._request
        prediction = None
        try:
            prediction = predict(request.instruction, body, request.path)
        except EditRefused:
            if self._config.accept != "exact":
                raise  # under `exact` the target answers, whatever syntax makes of the instruction
        self._operation = prediction.operation if prediction else None
        prompt = build(request.instruction, body, request.path, self._tokenizer)
        if self._tokenizer.decode(prompt.source_ids) != body:
            raise EditRefused(
                "the model's tokenizer does not give this file's text back unchanged; use another model"
            )
        answer = self._answer_ids(prediction.body, prompt) if prediction else None
        max_tokens = self._max_tokens(prompt, answer)
        sequence = self._target.open()
        yield from self._prefill(sequence, prompt)
        can_judge = sequence.rollback_limit > 0
        if not can_judge:
            self._tally.speculation = "off: this model's cache cannot go back"
        vetoed = False
        if prediction and answer and can_judge and self._config.accept != "exact":
            vetoed = yield from self._judge(sequence, prompt, answer)
            if not vetoed:
                yield self._changed(prediction.body)
                return
        context = DraftContext(
            prompt.token_ids,
            (*prompt.source_ids, *prompt.closing_ids),
            self._output,
            (answer,) if answer and not vetoed else (),
            budget,
            self._tokenizer,
        )
        steps = self._decode(sequence, prompt, context, drafter_for, max_tokens)
        if prediction and vetoed:
            with suppress(EditRefused):  # no time for the model's own version
                yield from steps
            yield self._disagreed(prediction, prompt)
        else:
            yield from steps
            yield self._changed(self._own_body(prompt))

    def result(
        self,
        status: Status,
        body: str,
        *,
        reason: str = "",
        alternative: str | None = None,
    ) -> EditResult:
        """Return what came of it, for a file that now reads, or would read, `body`."""
        hunks, data = edited(self._request.document, body)
        return EditResult(
            document=self._request.document,
            model=self._target.name,
            status=status,
            reason=reason,
            operation=self._operation,
            body=body,
            data=data,
            hunks=hunks,
            stats=self._tally.stats(),
            objections=tuple(self._place(objection) for objection in self._objections),
            alternative=alternative,
        )

    def _answer_ids(self, body: str, prompt: Prompt) -> tuple[int, ...]:
        return (*self._tokenizer.encode(body), *prompt.closing_ids)

    def _max_tokens(self, prompt: Prompt, answer: Sequence[int] | None) -> int:
        """Most tokens of the answer; refuses a file that does not fit the context with its rewrite."""
        prompt_tokens = len(prompt.token_ids)
        rewrite = max(len(prompt.source_ids), len(answer or ())) + len(prompt.closing_ids) + 1
        room = self._target.max_length - prompt_tokens
        if rewrite > room:
            raise EditRefused(
                f"the file does not fit: {prompt_tokens} tokens of prompt and about {rewrite} of rewrite are more "
                f"than the model's {self._target.max_length}; split the file, or use a model with a longer context"
            )
        self._tally.prompt_tokens = prompt_tokens
        asked = self._config.max_tokens or int(rewrite * _GROWTH) + _EXTRA_TOKENS
        return min(room, asked)

    def _prefill(self, sequence: TargetSequence, prompt: Prompt) -> Events:
        total = len(prompt.token_ids)
        for done in prefill(sequence, prompt.token_ids):
            yield Progress("prompt", done, total)
            self._check_time()
        self._tally.answer_begins()

    def _judge(
        self, sequence: TargetSequence, prompt: Prompt, answer: Sequence[int]
    ) -> Generator[Progress | EditResult, None, bool]:
        threshold = 0.0 if self._config.accept == "trust" else self._config.threshold
        sampling = self._sampling()
        for step in judge(
            sequence, prompt.token_ids, self._output, answer, threshold=threshold, sampling=sampling
        ):
            yield self._count(step, len(answer))
            if step.vetoed:
                return True
        return False

    def _decode(
        self,
        sequence: TargetSequence,
        prompt: Prompt,
        context: DraftContext,
        drafter_for: DrafterFactory,
        max_tokens: int,
    ) -> Events:
        steps = decode(
            sequence,
            prompt.token_ids,
            self._output,
            drafter_for(context),
            budget=context.budget,
            stop_ids=self._target.stop_ids,
            sampling=self._sampling(),
            max_tokens=max_tokens,
            near_tie=self._target.near_tie if self._config.strict else None,
        )
        fence_ids = set(prompt.closing_ids)
        for step in steps:
            yield self._count(step, len(prompt.source_ids))
            # Only a step that may have closed the block is worth decoding the text for.
            near_fence = fence_ids & set(self._output[-len(step.token_ids) - 4 :])
            if near_fence and reconcile.ends_inside(
                self._tokenizer.decode(self._output), prompt.fence
            ):
                steps.close()
                return

    def _sampling(self) -> Sampling:
        return Sampling(self._config.temperature, self._config.seed)

    def _count(self, step: Step, total: int) -> Progress:
        self._tally.add(step)
        self._objections += step.objections
        self._check_time()
        return Progress("answer", len(self._output), max(total, len(self._output)))

    def _check_time(self) -> None:
        if self._deadline is not None and monotonic() > self._deadline:
            raise EditRefused(f"not done within {self._config.timeout:g} s; raise --timeout")

    def _own_body(self, prompt: Prompt) -> str:
        """The target's answer as a file."""
        stopped = bool(self._output) and self._output[-1] in self._target.stop_ids
        text = self._tokenizer.decode(self._output)
        source = self._request.document.body
        body = reconcile.new_body(source, text, prompt.fence, complete=stopped)
        reconcile.check_syntax(source, body, language_of(self._request.path))
        return body

    def _changed(self, body: str) -> EditResult:
        unchanged = body == self._request.document.body
        return self.result("unchanged" if unchanged else "changed", body)

    def _disagreed(self, prediction: Prediction, prompt: Prompt) -> EditResult:
        veto = self._place(self._objections[-1])
        reason = (
            f"syntax and model disagree on line {veto.line}: the {prediction.operation} writes "
            f"{veto.predicted!r}, the model expects {veto.preferred!r}"
        )
        try:
            alternative = self._own_body(prompt)
        except EditRefused as refusal:
            reason, alternative = f"{reason}; the model's own version is no file: {refusal}", None
        return self.result("disagreed", prediction.body, reason=reason, alternative=alternative)

    def _place(self, objection: Objection) -> Place:
        before = self._tokenizer.decode(self._output[: objection.position])
        return Place(
            line=before.count("\n") + 1,
            predicted=self._tokenizer.decode([objection.token_id]),
            preferred=self._tokenizer.decode([objection.preferred]),
            ratio=objection.ratio,
        )
