"""Several pictures at once, each on a core of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import torch

from img2code.model import cores


@pytest.fixture
def three_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def threads_of_torch(row: int) -> tuple[int, str, int]:
    torch.rand(100_000).exp().sum()  # settles how many threads this one's work takes
    return row, threading.current_thread().name, torch.get_num_threads()


def test_every_row_is_worked_on_by_one_core_and_the_order_is_kept(three_threads: None) -> None:
    met = threading.Barrier(3)  # passed only by three rows at a time

    def work(row: int) -> tuple[int, str, int]:
        met.wait(60)
        return threads_of_torch(row)

    results = cores.each(work, range(3))
    assert [row for row, *_ in results] == [0, 1, 2]
    assert len({name for _, name, _ in results}) == 3
    assert {threads for *_, threads in results} == {1}


def test_other_threads_keep_all_cores(three_threads: None) -> None:
    cores.each(threads_of_torch, range(3))
    found = []
    other = threading.Thread(target=lambda: found.append(threads_of_torch(0)[2]))
    other.start()
    other.join()
    assert found == [3]
    assert torch.get_num_threads() == 3


@pytest.mark.parametrize("count", [0, 1])
def test_one_row_has_all_cores(three_threads: None, count: int) -> None:
    here = threading.current_thread().name
    assert cores.each(threads_of_torch, range(count)) == [(0, here, 3)][:count]


def test_errors_come_out(three_threads: None) -> None:
    with pytest.raises(ZeroDivisionError):
        cores.each(lambda row: 1 // row, [1, 0, 1])


def test_memory_is_given_back_once_all_rows_are_done(
    three_threads: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(cores, "_trim", lambda: told.append)
    cores.each(told.append, "abc")
    assert set(told[:3]) == {"a", "b", "c"}
    assert told[3:] == [0]
