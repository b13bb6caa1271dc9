"""Metrics count, spans are made, and no log line holds what was edited."""

import asyncio
import json
import logging
import socket
import urllib.request
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.service.conftest import Serve
from tests.service.test_edit_service import REQUESTS, request
from tests.service.test_load import until

from specedit.service.client import AsyncClient
from specedit.service.telemetry import JsonLines

CANARY = "canary_7f3a"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """The log's lines as they are written."""
    lines: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonLines().format(record))

    logger, handler = logging.getLogger("specedit"), Handler()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield lines
    logger.removeHandler(handler)


def secret() -> Any:
    return request(f"rename {CANARY} to other", f"{CANARY} = 1\n".encode())


@pytest.mark.parametrize("log_content", [False, True])
async def test_logs_hold_no_content(log_content: bool, log: list[str], serve: Serve) -> None:
    served = await serve(log_content=log_content)
    async with AsyncClient(served.address) as client:
        assert (await client.apply(secret())).status == "changed"
        refused = await client.apply(request(f"rename {CANARY} to x"))
        assert refused.status == "refused"
    rows = [json.loads(line) for line in log]
    assert [row["code"] for row in rows] == ["OK", "NOT_FOUND"]
    assert rows[0]["status"] == "changed"
    assert rows[0]["bytes"] == 16
    assert (CANARY in "".join(log)) == log_content


async def test_metrics(serve: Serve) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = await serve(metrics_port=port)
    async with AsyncClient(served.address) as client:
        for name in ("rename", "rename", "a part that is missing"):
            await client.apply(REQUESTS[name])
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = dict(
            line.rsplit(" ", 1)
            for line in answer.read().decode().splitlines()
            if not line.startswith("#")
        )
    assert lines['specedit_calls_total{code="OK",rpc="Apply"}'] == "2.0"
    assert lines['specedit_calls_total{code="NOT_FOUND",rpc="Apply"}'] == "1.0"
    assert float(lines["specedit_passes_total"]) == 1  # what was judged once is not judged again
    assert float(lines["specedit_known_tokens_total"]) > 0
    assert float(lines['specedit_accepted_tokens_total{drafter="predicted"}']) > 0
    assert lines["specedit_waiting"] == lines["specedit_running"] == "0.0"
    assert float(lines["specedit_cache_bytes"]) > 0


async def test_spans(serve: Serve) -> None:
    provider, exporter = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    served = await serve()
    async with AsyncClient(served.address) as client:
        await client.apply(secret())
    await until(exporter.get_finished_spans)  # a moment after the client has its answer
    span = exporter.get_finished_spans()[-1]
    assert span.name == "Apply"
    assert span.attributes is not None
    assert span.attributes["specedit.status"] == "changed"
    assert CANARY not in str(span.attributes)


async def test_health_and_reflection(serve: Serve) -> None:
    """As grpcurl sees it: what services there are and what they take, without our .proto files."""
    served = await serve()
    async with aio.insecure_channel(served.address) as channel:
        health: Any = health_pb2_grpc.HealthStub(channel)
        for name in ("", "specedit.v1.EditService", "specedit.v1.GenerateService"):
            answer = await health.Check(health_pb2.HealthCheckRequest(service=name))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
    names, sent = await asyncio.to_thread(_reflected, served.address)
    assert {"specedit.v1.EditService", "specedit.v1.GenerateService"} <= names
    assert sent == "STATUS_CHANGED"


def _reflected(address: str) -> tuple[set[str], str]:
    """The names of the services, and the status that Preview answers."""
    with grpc.insecure_channel(address) as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        pool = DescriptorPool(database)
        method = pool.FindServiceByName("specedit.v1.EditService").methods_by_name["Preview"]
        asked = GetMessageClass(method.input_type)()
        json_format.Parse(
            json.dumps(
                {
                    "edit": {
                        "document": {"path": "x.py", "content": "YSA9IDEK"},  # a = 1
                        "instruction": "rename a to b",
                    }
                }
            ),
            asked,
        )
        call: Any = channel.unary_unary(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
        answer = json_format.MessageToDict(call(asked))
        return set(database.get_services()), answer["result"]["status"]
