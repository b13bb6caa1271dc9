"""The whole pipeline: a file and an instruction become hunks. Reads and writes no file."""

from collections.abc import Callable, Generator
from dataclasses import replace

from specedit import drafters
from specedit.editor import plan
from specedit.editor.config import Config
from specedit.editor.edit import Check, Edit, Events, check_result
from specedit.editor.generate import Finished, GenerateRequest, Span, generate
from specedit.editor.plan import Plan
from specedit.editor.result import (
    EditRequest,
    EditResult,
    Progress,
)
from specedit.editor.stats import Tally
from specedit.editor.verdicts import Verdicts
from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import Budget
from specedit.engine.drafter import DrafterFactory
from specedit.engine.errors import EditRefused
from specedit.engine.pass_cost import PassCost
from specedit.engine.target import Target
from specedit.engine.tokenizer import Tokenizer


class Editor:
    """Edits with one target. What it learns about passes and drafts serves all its requests; `cost` and `acceptance` are known.

    `can_write`: whether the target may make edits that nothing but itself predicts; by default, if it is fit to.
    """

    def __init__(
        self,
        target: Target,
        tokenizer: Tokenizer,
        config: Config,
        cost: PassCost | None = None,
        *,
        can_write: bool | None = None,
        acceptance: AcceptanceRate | None = None,
    ) -> None:
        self.can_write = target.can_write if can_write is None else can_write
        self._target, self._tokenizer, self._config = target, tokenizer, config
        self._drafter_for: DrafterFactory = drafters.load(config.drafter)
        self._verdicts = Verdicts()
        self._cost, self._acceptance = cost or PassCost(), acceptance or AcceptanceRate()

    def edit(
        self,
        request: EditRequest,
        planned: Plan | None = None,
        config: Config | None = None,
        *,
        target: Target | None = None,
        check: Check | None = None,
    ) -> Events:
        """Yield progress and what is settled, then the result. Closing the generator cancels after the pass under way.

        `planned` is what `plan.make` has made of the request, or what else the caller wants. `config` says how, for this
        request; its model and drafter are not looked at. `target` is the editor's, as this request is to see it; `check`
        what refuses a result that cannot be trusted.

        Raises:
            InvalidRequest: nothing is asked for, or what is given is of no known form.
            TargetError: the target failed.
        """
        edit = Edit(
            target or self._target,
            self._tokenizer,
            config or self._config,
            request,
            check or check_result,
            self._verdicts,
        )
        try:
            planned = planned or plan.make(request, edit.accept, can_write=self.can_write)
            if planned.prediction and planned.prediction.hint and not self.can_write:
                planned = replace(planned, prediction=replace(planned.prediction, hint=False))
            yield from edit.run(planned, self._drafter_for, Budget(self._cost, self._acceptance))
        except EditRefused as refusal:
            yield edit.refused(refusal)

    def generate(
        self, request: GenerateRequest, target: Target | None = None, tally: Tally | None = None
    ) -> Generator[Progress | Span | Finished]:
        """Continue a prompt of the caller's; see `editor/generate.py`. `target`: as of `edit`."""
        budget = Budget(self._cost, self._acceptance)
        return generate(
            target or self._target, self._tokenizer, self._drafter_for, budget, request, tally
        )


def finish(events: Events, advance: Callable[[Progress], None] | None = None) -> EditResult:
    """Return the result of an edit, telling `advance` how far it is."""
    for event in events:
        if isinstance(event, EditResult):
            return event
        if isinstance(event, Progress) and advance is not None:
            advance(event)
    raise AssertionError("an edit ends with its result")
