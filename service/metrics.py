"""Prometheus metrics: what is asked, what waits, what the engine does, and what was copied."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from specedit.editor.stats import Stats, Tally

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    """The metrics of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        at = self.registry
        self._calls = Counter(
            "specedit_calls", "Calls by method and status code", ["rpc", "code"], registry=at
        )
        self._seconds = Histogram(
            "specedit_call_seconds", "Time of a call", ["rpc"], buckets=_SECONDS, registry=at
        )
        self._first = Histogram(
            "specedit_first_hunk_seconds",
            "Time to the first settled hunk",
            buckets=_SECONDS,
            registry=at,
        )
        self._passes = Counter(
            "specedit_passes", "Passes of the model that answered or judged", registry=at
        )
        self._tokens = Counter(
            "specedit_tokens", "Tokens of prompts, and of answers", ["kind"], registry=at
        )
        self._known = Counter(
            "specedit_known_tokens", "Prompt tokens found in the cache", registry=at
        )
        self._drafted = Counter(
            "specedit_drafted_tokens", "Tokens drafted", ["drafter"], registry=at
        )
        self._accepted = Counter(
            "specedit_accepted_tokens", "Drafted tokens accepted", ["drafter"], registry=at
        )
        self._speed = Gauge("specedit_tokens_per_second", "Of the last answer", registry=at)

    def watch(self, name: str, about: str, value: Callable[[], float]) -> None:
        """Add a gauge that is read when it is asked for."""
        Gauge(f"specedit_{name}", about, registry=self.registry).set_function(value)

    def call(self, rpc: str, code: str, seconds: float) -> None:
        """Count a call."""
        self._calls.labels(rpc, code).inc()
        self._seconds.labels(rpc).observe(seconds)

    def first_hunk(self, seconds: float) -> None:
        """Note when an edit had its first hunk."""
        self._first.observe(seconds)

    def work(self, stats: Stats) -> None:
        """Count what a request cost."""
        self._passes.inc(stats.passes)
        self._tokens.labels("prompt").inc(stats.prompt_tokens)
        self._tokens.labels("answer").inc(stats.output_tokens)
        self._known.inc(stats.known_tokens)
        self._speed.set(stats.tokens_per_second)
        for name, drafter in stats.drafters.items():
            self._drafted.labels(name).inc(drafter.drafted)
            self._accepted.labels(name).inc(drafter.accepted)

    @contextmanager
    def generation(self) -> Iterator[Tally]:
        """Count what a generation has cost when it ends, be it that its client has read enough or gone away."""
        tally = Tally()
        try:
            yield tally
        finally:
            if tally.prompt_tokens:
                self.work(tally.stats())

    def serve(self, port: int) -> Callable[[], None]:
        """Answer on a loopback port; return what stops it."""
        server, thread = start_http_server(port, addr="127.0.0.1", registry=self.registry)

        def stop() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return stop
