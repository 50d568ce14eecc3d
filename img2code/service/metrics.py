"""What the service counts, in the text format of Prometheus."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
OTHER = "other"  # paths that are no route of ours share one label


class Metrics:
    """Counters of one service; each has a registry of its own, so that tests can have several."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self.requests = Counter(
            "img2code_requests", "Answered requests.", ["route", "status"], registry=registry
        )
        self.request_seconds = Histogram(
            "img2code_request_seconds",
            "From the first byte of a request to the last of its answer.",
            ["route"],
            buckets=SECONDS,
            registry=registry,
        )
        self.queue_seconds = Histogram(
            "img2code_queue_wait_seconds",
            "Until the model began with a picture.",
            buckets=SECONDS,
            registry=registry,
        )
        self.run_seconds = Histogram(
            "img2code_run_seconds",
            "The model's work on a picture or a batch of them.",
            buckets=SECONDS,
            registry=registry,
        )
        self.batch = Histogram(
            "img2code_batch_pictures",
            "Pictures per run of the model.",
            buckets=(1, 2, 4, 8, 16, 32),
            registry=registry,
        )
        self.tokens = Counter("img2code_tokens", "Tokens of the answers.", registry=registry)
        self.failures = Counter(
            "img2code_failures", "Pictures without a result.", ["code"], registry=registry
        )
        self._waiting = Gauge(
            "img2code_waiting", "Pictures that wait for the model.", registry=registry
        )
        self._in_flight = Gauge(
            "img2code_in_flight", "Pictures that the model works on.", registry=registry
        )

    def watch(self, waiting: Callable[[], int], in_flight: Callable[[], int]) -> None:
        """Where to read the two gauges."""
        self._waiting.set_function(waiting)
        self._in_flight.set_function(in_flight)

    def text(self) -> bytes:
        return generate_latest(self._registry)


class Counting:
    """ASGI middleware: counts and times every request by its route and status."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 500

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, counted)
        finally:
            route = getattr(scope.get("route"), "path", None) or OTHER
            self.metrics.requests.labels(route, str(status)).inc()
            self.metrics.request_seconds.labels(route).observe(time.perf_counter() - start)
