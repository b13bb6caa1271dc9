"""Messages that are none: grpc itself would answer them as if the server were at fault."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from grpc import aio


class MalformedCheck(aio.ServerInterceptor):
    """Answers INVALID_ARGUMENT to bytes that are no message of their method."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Return the method's handler, which hears of no such bytes."""
        handler: Any = await continuation(handler_call_details)
        if handler is None or handler.request_streaming:
            return handler
        name = "unary_stream" if handler.response_streaming else "unary_unary"
        method = getattr(handler, name)
        if not iscoroutinefunction(method) or handler.request_deserializer is None:
            return handler
        made: Any = getattr(grpc, f"{name}_rpc_method_handler")
        return made(
            _checked(method), _reads(handler.request_deserializer), handler.response_serializer
        )


def _reads(deserializer: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    def read(data: bytes) -> Any:
        try:
            return deserializer(data)
        except DecodeError as error:
            return error

    return read


def _checked(method: Callable[[Any, Any], Awaitable[Any]]) -> Callable[[Any, Any], Awaitable[Any]]:
    async def call(request: Any, context: aio.ServicerContext[Any, Any]) -> Any:
        if isinstance(request, DecodeError):
            await context.abort(
                grpc.StatusCode.INVALID_ARGUMENT, "the bytes are no message of this method"
            )
        return await method(request, context)

    return call
