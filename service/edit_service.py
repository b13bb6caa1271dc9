"""EditService: documents in, hunks out. The server's own files are read and written under its root only."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from specedit import drafters
from specedit.editor.journal import Journal
from specedit.editor.result import EditResult, Progress, Settled
from specedit.edits import files
from specedit.edits.document import Document, decode_document, edited
from specedit.engine.errors import EditRefused, InvalidRequest, StaleBase
from specedit.service import convert, settings
from specedit.service.calls import Call, Calls, Context
from specedit.service.editing import edit_events
from specedit.service.errors import SMALL
from specedit.service.host import Host, Queued
from specedit.service.outbox import Outbox
from specedit.service.replies import Replies
from specedit.service.root import Root
from specedit.v1 import edit_pb2 as pb
from specedit.v1 import edit_pb2_grpc

Tell = Callable[[pb.ApplyResponse], None]


@dataclass(frozen=True, slots=True)
class _Source:
    """The document of a request, and where it stands if it is a file of the server's."""

    document: Document
    file: Path | None = None


class EditService(edit_pb2_grpc.EditServiceServicer):
    """Edits with the engine of `host`. `root`: where the server's own files may be edited, if anywhere."""

    def __init__(self, host: Host, calls: Calls, root: Root | None) -> None:
        self._host, self._calls, self._root = host, calls, root
        self._replies = Replies()

    async def Apply(self, request: pb.ApplyRequest, context: Context) -> None:
        """Edit a document; write it if it is a file of the server's."""
        seconds = self._host.limits.reading
        async with (
            self._calls.around("Apply", context) as call,
            Outbox(context.write, seconds) as outbox,
        ):
            run = partial(self._apply, request, call, outbox.put)
            result = await self._replies.once(request.request_id, request, run)
            outbox.put(pb.ApplyResponse(result=result))

    async def Preview(self, request: pb.PreviewRequest, context: Context) -> pb.PreviewResponse:
        """Answer what Apply would; write nothing."""
        async with self._calls.around("Preview", context) as call:
            source = await self._source(request.edit.document)
            result = await self._edit(request.edit, source, call, _untold)
            message = convert.result_message(result, content=request.return_content)
            return pb.PreviewResponse(result=message)

    async def Verify(self, request: pb.VerifyRequest, context: Context) -> pb.VerifyResponse:
        """Check a certificate."""
        async with self._calls.around("Verify", context):
            certificate = convert.certificate_of(request.certificate)
            result = request.result if request.HasField("result") else None
            problem = await self._host.work(lambda: certificate.problem(request.base, result))
            return pb.VerifyResponse(valid=not problem, problem=problem)

    async def GetServerInfo(
        self, request: pb.GetServerInfoRequest, context: Context
    ) -> pb.GetServerInfoResponse:
        """Tell what this server is."""
        async with self._calls.around("GetServerInfo", context):
            target, limits = (await self._host.loaded()).target, self._host.limits
            return pb.GetServerInfoResponse(
                version=version("specedit"),
                model=target.name,
                dtype=target.dtype,
                context_length=target.max_length,
                drafters=drafters.names(),
                defaults=settings.settings_message(self._host.config),
                limits=pb.Limits(
                    document_bytes=limits.document_bytes,
                    instruction_bytes=limits.instruction_bytes,
                    answer_tokens=limits.answer_tokens,
                    seconds=limits.seconds,
                    running=limits.running,
                    waiting=limits.waiting,
                ),
                edits_files=self._root is not None,
            )

    async def _apply(self, request: pb.ApplyRequest, call: Call, tell: Tell) -> pb.Result:
        document = request.edit.document
        if request.request_id and not document.HasField("content") and not document.base_sha256:
            raise InvalidRequest(
                "request_id with a file of the server's needs document.base_sha256"
            )
        try:
            source = await self._source(document)
            result = await self._edit(request.edit, source, call, tell)
            written = result.status == "changed" and source.file is not None
            if source.file is not None and written:
                write = partial(_write, source.file, result, request.request_id)
                await _to_the_end(self._host.work(write))
        except StaleBase as stale:
            again = await self._host.work(partial(_written_before, request, stale, self._root))
            if again is not None:
                return again
            _tell_current(stale, tell)
            raise
        return convert.result_message(result, content=request.return_content, written=written)

    async def _edit(self, edit: pb.Edit, source: _Source, call: Call, tell: Tell) -> EditResult:
        request = convert.edit_request(edit, source.document)
        config = settings.config_with(edit.settings, self._host.config)
        editing = edit_events(self._host, self._calls.metrics, call, request, config)
        async with aclosing(editing) as events:
            async for event in events:
                if isinstance(event, Queued):
                    tell(pb.ApplyResponse(queued=pb.Queued(ahead=event.ahead)))
                elif isinstance(event, Progress):
                    tell(pb.ApplyResponse(progress=convert.progress_message(event)))
                elif isinstance(event, Settled):
                    hunks = convert.hunk_messages(event.hunks)
                    tell(pb.ApplyResponse(settled=pb.Settled(hunks=hunks)))
                else:
                    result = event
        return result

    async def _source(self, document: pb.Document) -> _Source:
        """The document of a request.

        Raises:
            EditRefused: it cannot be edited, or is not what the caller thinks it is.
            InvalidRequest: it is a file of the server's, which has no root.
        """
        most = self._host.limits.document_bytes
        if document.HasField("content"):
            if len(document.content) > most:
                raise InvalidRequest(
                    f"document.content: {len(document.content)} bytes are more than {most}"
                )
            read = partial(_decoded, document)
        else:
            read = partial(_read, document, self._root, most)
        source = await self._host.work(read)
        actual = source.document.sha256
        if document.base_sha256 not in ("", actual):
            content = source.document.data if source.file else None
            raise StaleBase(
                f"the document has hash {actual}, not {document.base_sha256}", actual, content
            )
        return source


def _decoded(document: pb.Document) -> _Source:
    encoding = document.encoding or None
    return _Source(decode_document(document.content, encoding, path=document.path))


def _read(document: pb.Document, root: Root | None, max_bytes: int) -> _Source:
    if root is None:
        raise InvalidRequest(
            "document.content is missing, and this server edits no files; send it, or start the server with --root"
        )
    source = root.read(document.path, max_bytes, document.encoding or None)
    return _Source(source.document, source.path)


def _write(path: Path, result: EditResult, request_id: str) -> None:
    before, base = result.document.data, result.document.sha256
    with Journal().recording(path, before, result.data, request_id):
        files.write(path, result.data, base_sha256=base)


async def _to_the_end(work: Awaitable[None]) -> None:
    """Wait for work that is not to be left alone half done, even when cancelled."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _written_before(
    request: pb.ApplyRequest, stale: StaleBase, root: Root | None
) -> pb.Result | None:
    """The result of a request that was written, but whose client has not heard of it and asks again."""
    if root is None or stale.content is None or not request.request_id:
        return None
    file = (root.folder / request.edit.document.path).resolve()
    entry = Journal().of_request(request.request_id, file)
    if entry is None or entry.result_sha256 != stale.current:
        return None
    try:
        before, after = (
            decode_document(data, path=file.name) for data in (entry.before, stale.content)
        )
        hunks, _ = edited(before, after.body)
    except EditRefused:
        return None
    base_sha256 = request.edit.document.base_sha256
    if entry.base_sha256 != base_sha256:
        return None
    return pb.Result(
        status=pb.STATUS_CHANGED,
        reason="written when it was asked for the first time",
        certificate=pb.Certificate(
            base_sha256=base_sha256,
            hunks=convert.hunk_messages(hunks),
            result_sha256=stale.current,
        ),
        content=stale.content if request.return_content else None,
        written=True,
    )


def _tell_current(stale: StaleBase, tell: Tell) -> None:
    """Send the file as it is now, if it is too large to go with the error."""
    if stale.content is not None and len(stale.content) > SMALL:
        current = pb.Current(sha256=stale.current, content=stale.content)
        tell(pb.ApplyResponse(current=current))


def _untold(response: pb.ApplyResponse) -> None:
    """Where nobody listens."""
