"""Log lines as JSON on stderr, and OpenTelemetry spans where the environment asks for them."""

import json
import logging
import os
import sys

from specedit.engine.errors import InvalidRequest


def configure(level: int) -> None:
    """Set up logging and tracing of this process.

    Spans are exported if `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_TRACES_EXPORTER` is set, as OpenTelemetry defines them.

    Raises:
        InvalidRequest: they are asked for, and the packages for it are not installed.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("specedit")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False
    exporter = os.environ.get("OTEL_TRACES_EXPORTER", "")
    if exporter == "none" or not (exporter or "OTEL_EXPORTER_OTLP_ENDPOINT" in os.environ):
        return
    try:
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

        spans = TracerProvider()
        if exporter == "console":
            spans.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter(out=sys.stderr)))
        else:
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

            spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    except ImportError as error:
        raise InvalidRequest(
            "spans are asked for by OTEL_*, but not installed: pip install 'specedit[otel]'"
        ) from error
    trace.set_tracer_provider(spans)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        row = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            row["trace"] = self.formatException(record.exc_info)
        return json.dumps(row, default=str)
