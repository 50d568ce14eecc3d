"""What is promised follows from what was measured: places in the line and when to come back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from service_backends import Gated, until

from img2code import limits
from img2code.backends.fake import Fake
from img2code.reconstruct import Reconstructor
from img2code.result import Done
from img2code.service.errors import ServiceError
from img2code.service.jobs import Item
from img2code.service.metrics import Metrics
from img2code.service.pace import Pace
from img2code.service.queue import Queue

PICTURE = Image.new("RGB", (32, 32))


def measured(*seconds: float) -> Pace:
    pace = Pace()
    for duration in seconds:
        pace.record(duration)
    return pace


def test_the_pace_follows_what_was_measured() -> None:
    assert measured(4.0).seconds == 4.0
    steady, uneven = measured(*[2.0] * 50), measured(*[1.0, 3.0] * 25)
    assert steady.seconds == steady.cautious == 2.0
    assert 1.5 < uneven.seconds < 2.5
    assert uneven.cautious > 3.0
    assert measured(*[1.0] * 20, *[10.0] * 20).seconds > 9.0
    assert steady.rounds_within(120) == 60
    assert steady.rounds_within(1) == 0
    assert [steady.retry_after(rounds) for rounds in (0, 0.1, 3, 3.1)] == [1, 1, 6, 7]


@pytest.fixture
def line() -> Iterator[Callable[..., Queue]]:
    """A function that makes a queue of a back end and a pace; all are stopped later."""
    made: list[Queue] = []

    def make(backend: Gated | Fake, *seconds: float) -> Queue:
        queue = Queue(lambda: Reconstructor(backend), Metrics())
        queue._pace = measured(*seconds)
        made.append(queue)
        queue.start()
        until(lambda: queue.ready)
        return queue

    yield make
    for queue in made:
        queue.stop()
        queue.join()


@pytest.mark.parametrize("seconds", [0.01, 3.0, 7.0, 39.0, 100.0, 500.0])
def test_who_is_let_in_is_served_in_time(line: Callable[..., Queue], seconds: float) -> None:
    """However slow the model: the places times the pace are within a request's time."""
    queue = line(Fake(), *[seconds] * 10)
    places = queue.places
    assert 1 <= places <= limits.MAX_WAITING + limits.CONCURRENT_RUNS
    assert places == 1 or places * seconds <= limits.REQUEST_SECONDS
    if places <= limits.MAX_WAITING:  # one more would come too late
        assert (places + 1) * seconds > limits.REQUEST_SECONDS
    held = [queue.admit() for _ in range(places)]
    for place in held:
        place.__enter__()
    with pytest.raises(ServiceError) as refused, queue.admit():
        pass
    assert refused.value.code == "busy"
    assert refused.value.retry_after == max(1, -(-places * seconds // 1))
    for place in held:
        place.__exit__(None, None, None)
    assert queue.admitted == 0


def test_who_would_come_too_late_is_told_at_once(
    line: Callable[..., Queue], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run takes far longer than those that were measured: the end of the line is let go."""
    backend = Gated()
    queue = line(backend, 0.1)
    told: dict[str, list[Item]] = {name: [] for name in ("Mug", "Box", "Chair", "Globe", "Pen")}
    monkeypatch.setattr(Pace, "record", lambda pace, seconds: setattr(pace, "seconds", 50.0))
    with queue.admit() as first:
        until_then = time.monotonic() + limits.REQUEST_SECONDS
        first.submit(PICTURE, "Mug", told["Mug"].append, until=until_then)
        until(lambda: backend.begun == ["Mug"])
        for name in ("Box", "Chair", "Globe"):
            queue.submit(PICTURE, name, told[name].append, until=until_then)
        queue.submit(PICTURE, "Pen", told["Pen"].append)  # a visitor of the page: no time-out
        backend.gate.set()
        until(lambda: queue.waiting == 0 and told["Pen"])
    assert isinstance(told["Mug"][-1], Done)
    refused = told["Globe"][-1]
    assert isinstance(refused, ServiceError)
    assert (refused.code, refused.retry_after) == ("busy", 100)
    assert backend.begun == ["Mug", "Box", "Chair", "Pen"]
    assert isinstance(told["Pen"][-1], Done)
