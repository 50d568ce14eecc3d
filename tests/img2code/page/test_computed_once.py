"""What a visit costs: a code is read once, and built once for each position of its joints."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest
from fastapi import FastAPI
from page_server import unserved
from PIL import Image

import geometry
import stats
from geometry import program
from geometry.articulation import articulate
from geometry.schema.template import Template
from img2code import limits
from img2code.backends import fake
from img2code.backends.fake import Fake
from img2code.page.layout import mount
from img2code.page.real_size import OFF
from img2code.page.seen import Asked
from img2code.reconstruct import Reconstructor
from img2code.result import Result

REQUEST = SimpleNamespace(session_hash="abc123")


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a part is checked, its solids are made, and an object's meshes per segments."""
    counted: Counter[str] = Counter()

    def counting(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            counted[name] += 1
            return work(*arguments)

        return call

    monkeypatch.setattr(Template, "check", counting("parts checked", Template.check))
    monkeypatch.setattr(Template, "solids_of", counting("parts built", Template.solids_of))
    tessellate = program.tessellate_each

    def tessellated(solids: Any, segments: int) -> Any:
        counted[f"meshes of {segments} segments"] += 1
        return tessellate(solids, segments)

    monkeypatch.setattr(program, "tessellate_each", tessellated)
    return counted


@pytest.fixture
def events() -> dict[str, Callable[..., Any]]:
    """The functions behind the page, by their names."""
    code = geometry.sample("Laptop", np.random.default_rng(1))
    page = unserved(Fake([json.dumps(stats.encode(code))]))
    return {fn.api_name: fn.fn for fn in page.fns.values() if isinstance(fn.api_name, str)}


def meshes(counts: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if name.startswith("meshes")}


def test_a_visit_reads_and_builds_once_for_each_position(
    counts: Counter[str], events: dict[str, Callable[..., Any]], tmp_path: Path
) -> None:
    picture = tmp_path / "laptop.png"
    Image.new("RGB", (64, 48), (200, 30, 30)).save(picture)
    counts.clear()
    updates = list(events["generate"](str(picture), "Laptop", True, Asked(), None, [], REQUEST))
    (latest,) = [value for value in updates[-1].values() if isinstance(value, Result)]
    parts = len(latest.program.parts)
    assert counts["parts checked"] == parts
    built = events["build"](latest, None, OFF, REQUEST)
    events["deliver"](None, REQUEST)
    assert sum(isinstance(value, gr.DownloadButton) for value in built.values()) == 7
    assert counts["parts checked"] == parts
    assert counts["parts built"] == parts
    assert set(meshes(counts).values()) == {1}

    first = meshes(counts)
    joint = next(link.joint for link in articulate(latest.program) if link.joint)
    values = {joint.name: joint.closed}
    counts.clear()
    events["pose"](latest, OFF, REQUEST, SimpleNamespace(_data={"joints": values}))
    # The number that says the screen's opening is changed first, then its place; no other part.
    assert counts["parts checked"] == 2 * parts
    assert counts["parts built"] == 2
    assert set(meshes(counts).values()) == {1}
    assert meshes(counts).keys() <= first.keys()


def test_a_size_costs_one_more_object(
    counts: Counter[str], events: dict[str, Callable[..., Any]]
) -> None:
    code = geometry.sample("Laptop", np.random.default_rng(1))
    latest = Result(program.parse(code), {}, "", 0, 0.0, 0.0, ())
    parts = len(latest.program.parts)
    counts.clear()
    events["resize"](latest, {}, "width 34 cm", REQUEST)
    events["deliver"](None, REQUEST)
    assert counts["parts built"] == 2 * parts
    assert set(meshes(counts).values()) <= {1, 2}


def test_no_table_of_all_events_is_summed_up_after_each() -> None:
    """Gradio's own, of 10,000 events, costs a busy page more than its events."""

    async def build() -> FastAPI:
        service = FastAPI()
        mount(service, "/page", Reconstructor(fake.load(pause=0)))
        return service

    service = asyncio.run(build())  # else Gradio makes a loop that nobody closes
    (page,) = (route for route in service.routes if getattr(route, "path", "") == "/page")
    queue = page.app.blocks._queue  # type: ignore[attr-defined]
    event = {"function": "generate", "status": "success", "process_time": 1.0}
    queue.events_recorded = 100
    assert queue.compute_analytics_summary([event] * 100) == {"functions": {}}
    assert queue.ANALYTICS_MAX_EVENTS == 1
    assert page.app.state_holder.capacity == limits.MAX_SESSIONS  # type: ignore[attr-defined]
