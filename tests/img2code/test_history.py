"""Steps done, undone and done again."""

from __future__ import annotations

from img2code.history import MOST_STEPS, History


def test_steps_are_undone_and_done_again() -> None:
    history = History.begin(0).do(1).do(2)
    assert history.undo().now == 1
    assert history.undo().undo().now == 0
    assert history.undo().undo().undo().now == 0
    assert history.undo().redo() == history
    assert history.redo() == history
    assert history.undo().do(5).redo().now == 5


def test_a_drag_is_one_step() -> None:
    history = History.begin(0)
    for value in (1, 2, 3):
        history = history.do(value, "a slider")
    history = history.do(4, "another")
    assert history.undo().now == 3
    assert history.undo().undo().now == 0
    assert history.undo().do(9, "another").undo().now == 3  # an undone step is not gone on with


def test_a_reset_is_a_step_too() -> None:
    history = History.begin(0).do(1).do(2).reset()
    assert history.now == 0
    assert history.undo().now == 2
    assert History.begin(0).reset().past == ()


def test_only_the_newest_steps_are_kept_but_always_the_first_state() -> None:
    history = History.begin(0)
    for value in range(1, 3 * MOST_STEPS):
        history = history.do(value)
    assert len(history.past) == MOST_STEPS
    assert history.reset().now == 0


def test_what_is_possible_is_told_and_done_by_its_name() -> None:
    begun = History.begin("a")
    assert begun.possible == {"undo": False, "redo": False, "reset": False}
    done = begun.do("b")
    assert done.possible == {"undo": True, "redo": False, "reset": True}
    undone = done.step("undo")
    assert undone.possible == {"undo": False, "redo": True, "reset": False}
    assert undone.step("redo") == done
    assert done.step("reset").now == "a"
