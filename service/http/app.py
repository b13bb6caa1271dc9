"""The routes of the HTTP door: parse, have the engine do it, render."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from specedit.editor.config import Config
from specedit.editor.generate import GenerateRequest
from specedit.editor.result import EditResult
from specedit.engine.errors import EditRefused, NotCertain, NotUnderstood
from specedit.service.calls import Call, Calls
from specedit.service.editing import edit_result
from specedit.service.host import Host
from specedit.service.http import applying, generating
from specedit.service.http.access import client_of
from specedit.service.http.answers import Answer, Json, Usage, result_facts, usage_of
from specedit.service.http.conversation import Conversation, Turn, conversation_of
from specedit.service.http.errors import Failure, failure_of
from specedit.service.http.models import APPLY, Purpose, served, use_of
from specedit.service.http.reply import PendingReply, respond
from specedit.service.http.shapes import ChangeRequest, recognise
from specedit.service.http.wire import (
    ChatRequest,
    CompletionRequest,
    Extension,
    MergeRequest,
    check_generation,
    check_supported,
    read,
)
from specedit.service.loaded import Loaded

_JUDGED = f'the model {APPLY} has it judged, "specedit": {{"accept": "trust"}} takes it as it is'
_NO_PATH = 'names are known where "specedit": {"path": "NAME"} tells the language'
Work = Callable[[bytes, Call, PendingReply], Awaitable[None]]


class HttpService:
    """Answers requests with the engine of `host`. `is_open`: whether the model is there, None once the server stops."""

    def __init__(self, host: Host, calls: Calls) -> None:
        self._host, self._calls = host, calls
        self.is_open: bool | None = False

    def app(self) -> Starlette:
        """Return what serves the routes."""
        routes = [
            Route(
                "/v1/chat/completions", partial(self._post, "Chat", self._chat), methods=["POST"]
            ),
            Route(
                "/v1/completions", partial(self._post, "Complete", self._complete), methods=["POST"]
            ),
            Route("/v1/code/apply", partial(self._post, "Merge", self._merge), methods=["POST"]),
            Route("/v1/models", self._models),
            Route("/health", self._health),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _not_routed})

    async def _post(self, name: str, work: Work, request: Request) -> Response:
        body = await request.body()
        return await respond(request, partial(self._work, name, work, request, body))

    async def _work(
        self, name: str, work: Work, request: Request, body: bytes, reply: PendingReply
    ) -> None:
        client = client_of(request)
        try:
            async with self._calls.tracked(name, client, request.headers) as call:
                await work(body, call, reply)
        except Exception as error:  # what none of ours is has been logged as a bug
            reply.fail(failure_of(error))

    async def _chat(self, body: bytes, call: Call, reply: PendingReply) -> None:
        payload, conversation = await self._host.work(lambda: _chat_of(body))
        prompt_of = partial(generating.chat_request, payload, conversation)
        await self._answer(payload, conversation, prompt_of, call, reply)

    async def _complete(self, body: bytes, call: Call, reply: PendingReply) -> None:
        payload = await self._host.work(lambda: _completion_of(body))
        conversation = Conversation((Turn("user", payload.text),))
        prompt_of = partial(generating.completion_request, payload)
        await self._answer(payload, conversation, prompt_of, call, reply)

    async def _answer(
        self,
        payload: ChatRequest | CompletionRequest,
        conversation: Conversation,
        prompt_of: Callable[[Loaded, Config], GenerateRequest],
        call: Call,
        reply: PendingReply,
    ) -> None:
        """Edit what a conversation holds, or generate from its prompt, as the model that is asked for does."""
        use = await use_of(payload.model, self._host)
        answer = Answer(payload.model, is_chat=isinstance(payload, ChatRequest))
        if use is not Purpose.GENERATE:
            edit = await self._host.work(lambda: recognise(conversation))
            await self._apply(edit, payload, use, answer, call, reply)
            return
        check_generation(payload)
        loaded, config = await self._host.loaded(), self._host.config
        prompt = await self._host.work(lambda: prompt_of(loaded, config))
        metrics = self._calls.metrics
        pieces = generating.pieces(self._host, metrics, call, prompt, payload.stops)
        await _generate(pieces, payload, answer, reply)

    async def _merge(self, body: bytes, call: Call, reply: PendingReply) -> None:
        payload = await self._host.work(lambda: read(MergeRequest, body))
        edit = ChangeRequest(payload.initial_code, payload.instruction, payload.edit_snippet)
        use = await use_of(payload.model, self._host, only_edits=True)
        result = await self._result(edit, payload.specedit, use, call)
        text, usage = applying.text_of(result, edit), usage_of(result.stats)
        merged = {"mergedCode": text, "usage": usage.body, "specedit": result_facts(result)}
        if payload.stream:
            answer = Answer(payload.model, is_chat=True)
            _stream_text(text, answer, usage, result_facts(result), reply)
        else:
            reply.send(merged)

    async def _apply(
        self,
        edit: ChangeRequest,
        payload: ChatRequest | CompletionRequest,
        use: Purpose,
        answer: Answer,
        call: Call,
        reply: PendingReply,
    ) -> None:
        result = await self._result(edit, payload.specedit, use, call)
        text, usage, facts = (
            applying.text_of(result, edit),
            usage_of(result.stats),
            result_facts(result),
        )
        if payload.stream:
            _stream_text(text, answer, usage if payload.includes_usage else None, facts, reply)
        else:
            reply.send(answer.whole(text, "stop", usage, facts))

    async def _result(
        self, edit: ChangeRequest, extension: Extension | None, use: Purpose, call: Call
    ) -> EditResult:
        host, extension = self._host, extension or Extension()
        most = host.limits.document_bytes
        request = await host.work(lambda: applying.edit_request(edit, extension, most))
        config = applying.config_with(extension, use, host.config)
        if not request.path and (request.snippet is not None or request.patch is not None):
            path = await host.path_like(request.document.body, call.client)
            request = replace(request, path=path)
        try:
            metrics, no_model = self._calls.metrics, use is Purpose.SYNTAX
            return await edit_result(host, metrics, call, request, config, no_model=no_model)
        except NotUnderstood as error:
            if request.path:
                raise
            raise NotUnderstood(f"{error.problem}; {_NO_PATH}", error.nearest) from error
        except NotCertain as error:
            if use is not Purpose.SYNTAX or str(error) == error.problem:
                raise
            raise EditRefused(f"{error.problem}; {_JUDGED}") from error

    async def _models(self, request: Request) -> Response:
        return JSONResponse({"object": "list", "data": await served(self._host)})

    async def _health(self, request: Request) -> Response:
        status = {True: "ok", False: "loading", None: "stopping"}[self.is_open]
        return JSONResponse({"status": status}, 200 if self.is_open else 503)


def _chat_of(body: bytes) -> tuple[ChatRequest, Conversation]:
    payload = read(ChatRequest, body)
    check_supported(payload)
    return payload, conversation_of(payload)


def _completion_of(body: bytes) -> CompletionRequest:
    payload = read(CompletionRequest, body)
    check_supported(payload)
    return payload


def _stream_text(
    text: str, answer: Answer, usage: Usage | None, facts: Json, reply: PendingReply
) -> None:
    for chunk in answer.chunks(text, usage, facts):
        reply.event(chunk)
    reply.done()


async def _generate(
    pieces: AsyncGenerator[str | generating.End],
    payload: ChatRequest | CompletionRequest,
    answer: Answer,
    reply: PendingReply,
) -> None:
    texts: list[str] = []
    async with aclosing(pieces):
        async for piece in pieces:
            if isinstance(piece, generating.End):
                end = piece
            elif not payload.stream:
                texts.append(piece)
            else:
                if not texts:
                    for chunk in answer.first():
                        reply.event(chunk)
                    texts.append("")
                reply.event(answer.piece(piece))
    if not payload.stream:
        reply.send(answer.whole("".join(texts), end.reason, end.usage))
        return
    for chunk in answer.last(end.reason, end.usage if payload.includes_usage else None):
        reply.event(chunk)
    reply.done()


async def _not_routed(request: Request, error: Exception) -> Response:
    """Answer where there is no such path, or not by this method."""
    assert isinstance(error, HTTPException)
    known = "POST /v1/chat/completions, /v1/completions, /v1/code/apply; GET /v1/models, /health"
    message = f"{request.method} {request.url.path} is not served; there are {known}"
    code = "not_found" if error.status_code == 404 else "invalid_method"
    headers = dict(error.headers or {})
    return _response(
        Failure(error.status_code, "invalid_request_error", code, message, headers=headers)
    )


def _response(failure: Failure) -> Response:
    return JSONResponse(failure.body, failure.status, failure.headers)
