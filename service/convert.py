"""Our records as messages of `specedit.v1`, and back. What comes in is checked; what goes out is not."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from specedit.editor.result import (
    Authorship,
    Disagreement,
    EditRequest,
    EditResult,
    Piece,
    Progress,
    Settled,
    Status,
)
from specedit.editor.stats import DrafterStats, Stats
from specedit.edits import safety
from specedit.edits.certificate import Certificate
from specedit.edits.document import Document, Hunk, apply_hunks, sha256
from specedit.engine.errors import EditRefused, InvalidRequest, TargetError
from specedit.v1 import edit_pb2 as pb

_STATUS: dict[Status, pb.Status] = {
    "changed": pb.STATUS_CHANGED,
    "unchanged": pb.STATUS_UNCHANGED,
    "disagreed": pb.STATUS_DISAGREED,
}
_STAGES = {"prompt": pb.STAGE_PROMPT, "answer": pb.STAGE_ANSWER}
_LONGEST_PATH = 4096  # bytes: PATH_MAX; prompts name the file


def edit_message(request: EditRequest, settings: pb.Settings | None = None) -> pb.Edit:
    """Return a request as a message, with its document's bytes."""
    document = pb.Document(
        path=request.path.encode("utf-8", "replace").decode(),
        content=request.document.data,
        base_sha256=request.document.sha256,
        encoding="" if request.document.encoding_guessed else request.document.encoding,
    )
    given: Any = request.given
    return pb.Edit(
        document=document,
        instruction=request.instruction,
        scope=request.scope,
        force=sorted(request.force),
        settings=settings,
        **given,
    )


def edit_request(edit: pb.Edit, document: Document) -> EditRequest:
    """Return the request that a message makes of a document.

    Raises:
        InvalidRequest: a check that is to be turned off does not exist, or the path is longer than any can be.
    """
    force = known_checks(edit.force)
    if len(edit.document.path.encode()) > _LONGEST_PATH:
        raise InvalidRequest(f"document.path has more than {_LONGEST_PATH} bytes")
    given: Any = edit.WhichOneof("given")
    return EditRequest(
        document,
        edit.instruction,
        edit.document.path,
        scope=edit.scope or "auto",
        force=force,
        **({given: getattr(edit, given)} if given else {}),
    )


def known_checks(names: Iterable[str]) -> frozenset[str]:
    """Return the checks that are to be turned off.

    Raises:
        InvalidRequest: one does not exist.
    """
    unknown = set(names) - safety.CHECKS.keys()
    if unknown:
        known = ", ".join(safety.CHECKS)
        raise InvalidRequest(f"force: no check '{', '.join(sorted(unknown))}'; checks: {known}")
    return frozenset(names)


def hunk_messages(hunks: Iterable[Hunk]) -> list[pb.Hunk]:
    """Return hunks as messages."""
    return [pb.Hunk(start=h.start, end=h.end, old=h.old, new=h.new, line=h.line) for h in hunks]


def hunks_of(messages: Iterable[pb.Hunk]) -> tuple[Hunk, ...]:
    """Return hunks from messages."""
    return tuple(Hunk(m.start, m.end, m.old, m.new, m.line) for m in messages)


def certificate_of(message: pb.Certificate) -> Certificate:
    """Return a certificate from a message."""
    return Certificate(message.base_sha256, hunks_of(message.hunks), message.result_sha256)


def progress_message(progress: Progress) -> pb.Progress:
    """Return progress as a message."""
    return pb.Progress(
        stage=_STAGES[progress.stage],
        done=progress.done,
        total=progress.total,
        copied=progress.copied,
    )


def result_message(
    result: EditResult, *, content: bool = False, written: bool = False
) -> pb.Result:
    """Return a result as a message; one that was refused is an error instead."""
    return pb.Result(
        status=_STATUS[result.status],
        reason=result.reason,
        model=result.model,
        operation=result.operation,
        certificate=pb.Certificate(
            base_sha256=result.document.sha256,
            hunks=hunk_messages(result.hunks),
            result_sha256=sha256(result.data),
        ),
        stats=stats_message(result.stats),
        objections=[
            pb.Objection(
                line=place.line,
                predicted=place.predicted,
                preferred=place.preferred,
                ratio=place.ratio,
                vetoed=place.vetoed,
                beside=place.ignored,
                decisive=place.always_vetoes,
            )
            for place in result.objections
        ],
        pieces=[pb.Piece(start=p.start, end=p.end, by=p.by) for p in result.pieces],
        proposed=result.proposed,
        remarks=result.remarks,
        alternative=result.alternative,
        content=result.data if content else None,
        written=written,
        author=pb.Authorship(**asdict(result.author)) if result.author else None,
    )


def event_of(
    message: pb.ApplyResponse, document: Document
) -> Progress | Settled | EditResult | None:
    """Return the record of one message of an edit of `document`; None where there is none.

    Raises:
        TargetError: the result's certificate does not hold.
    """
    kind = message.WhichOneof("event")
    if kind == "progress":
        stage: Any = next(s for s, value in _STAGES.items() if value == message.progress.stage)
        progress = message.progress
        return Progress(stage, progress.done, progress.total, progress.copied)
    if kind == "settled":
        return Settled(hunks_of(message.settled.hunks))
    return result_of(message.result, document) if kind == "result" else None


def result_of(message: pb.Result, document: Document) -> EditResult:
    """Return the result of an edit of `document`.

    Raises:
        TargetError: its certificate does not hold.
    """
    certificate = certificate_of(message.certificate)
    problem = certificate.problem(document.data)
    if problem:
        raise TargetError(f"the server's answer is not to be trusted: {problem}")
    data = apply_hunks(document.data, certificate.hunks)
    return EditResult(
        document=document,
        model=message.model,
        status=next(name for name, value in _STATUS.items() if value == message.status),
        reason=message.reason,
        operation=message.operation or None,
        body=Document(data, document.bom, document.encoding).body,
        data=data,
        hunks=tuple(certificate.hunks),
        stats=stats_of(message.stats),
        objections=tuple(
            Disagreement(o.line, o.predicted, o.preferred, o.ratio, o.vetoed, o.beside, o.decisive)
            for o in message.objections
        ),
        proposed=message.proposed if message.HasField("proposed") else None,
        remarks=tuple(message.remarks),
        alternative=message.alternative if message.HasField("alternative") else None,
        pieces=tuple(Piece(p.start, p.end, p.by) for p in message.pieces),
        author=_authorship_of(message.author) if message.HasField("author") else None,
    )


def _authorship_of(message: pb.Authorship) -> Authorship:
    tokens = message.tokens if message.HasField("tokens") else None
    return Authorship(message.name, message.answers, tokens, message.seconds)


def refused(refusal: EditRefused, document: Document) -> EditResult:
    """Return the result that leaves a document as it is."""
    return EditResult(
        document=document,
        model="",
        status="refused",
        reason=str(refusal),
        operation=None,
        body=document.body,
        data=document.data,
        hunks=(),
        stats=stats_of(pb.Stats(speculation="on")),  # as where nothing was run
        refusal=refusal,
    )


def stats_message(stats: Stats) -> pb.Stats:
    """Return statistics as a message."""
    numbers = {name: getattr(stats, name) for name in _STATS}
    drafters = {
        name: pb.DrafterStats(**asdict(drafter)) for name, drafter in stats.drafters.items()
    }
    return pb.Stats(**numbers, drafters=drafters)


def stats_of(message: pb.Stats) -> Stats:
    """Return the statistics of a message."""
    drafters = {
        name: DrafterStats(
            d.drafted,
            d.accepted,
            d.acceptance if d.HasField("acceptance") else None,
            d.cost,
            d.seconds,
        )
        for name, d in message.drafters.items()
    }
    return Stats(**{name: getattr(message, name) for name in _STATS}, drafters=drafters)


_STATS = tuple(f.name for f in pb.Stats.DESCRIPTOR.fields if f.name != "drafters")
