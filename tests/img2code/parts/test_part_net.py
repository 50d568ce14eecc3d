"""The network that reads parts: it learns, goes on where it stopped, and answers with parts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from geometry.cad_parts.body import body
from geometry.cad_parts.part import Extrude
from geometry.cad_parts.rules import first_fault
from geometry.cad_parts.sample import sample
from geometry.draw.part_picture import draw_part
from geometry.sketch.loops import Circle, Rectangle
from img2code.parts import features, net
from img2code.parts.library import build, view
from img2code.parts.picture import look
from img2code.parts.training import batches, loss, ordered, train

TINY = net.Config(width=32, layers=1, heads=2)
PARTS = [sample(np.random.default_rng(seed)) for seed in range(6)]
LIBRARY = build(PARTS, np.stack([view(part) for part in PARTS]))


def test_it_learns_a_batch_by_heart() -> None:
    torch.manual_seed(0)
    model = net.PartNet(TINY)
    batch = next(batches(LIBRARY, np.random.default_rng(0), 4))
    optimiser = torch.optim.AdamW(model.parameters(), 3e-3)
    first = loss(model, batch).item()
    for _ in range(40):
        optimiser.zero_grad()
        value = loss(model, batch)
        value.backward()
        optimiser.step()
    assert value.item() < 0.6 * first


def test_later_tokens_change_no_earlier_ones() -> None:
    model = net.PartNet(TINY).eval()
    pictures, before, _ = next(batches(LIBRARY, np.random.default_rng(1), 2))
    changed = before.clone()
    changed[:, -1] = 3
    seen = model.see(pictures)
    one, other = model(seen, before), model(seen, changed)
    torch.testing.assert_close(one[:, :-1], other[:, :-1])


def test_parts_are_taught_in_one_order() -> None:
    plate = Extrude("join", "XY", 0.4, 0.6, (Rectangle(0, 0, 1, 1), Circle(0.7, 0.5, 0.1)))
    holes = replace(plate, profile=(*plate.profile, Circle(0.3, 0.5, 0.1)))
    cuts = [Extrude("cut", "XY", 0.5, 0.6, (Circle(0.5, v, 0.1),)) for v in (0.2, 0.8)]
    boss = Extrude("join", "XY", 0.6, 0.7, (Circle(0.5, 0.5, 0.2),))
    turned = replace(holes, profile=(holes.profile[0], *holes.profile[:0:-1]))
    assert ordered([holes, *cuts, boss]) == ordered([turned, *cuts[::-1], boss])
    assert ordered([holes, boss, *cuts])[1] == boss  # a cut and a join keep theirs


def test_answers_are_parts_and_the_same_ones_after_saving(tmp_path: Path) -> None:
    train(LIBRARY, tmp_path, 0.0, 2, 1e-3, TINY)
    train(LIBRARY, tmp_path, 0.0, 2, 1e-3, TINY)  # goes on
    assert torch.load(tmp_path / "state.pt", weights_only=True)["step"] == 2
    model = net.load(tmp_path / "parts.safetensors")
    looked = look(draw_part(body(PARTS[0].steps, 32)))
    assert looked is not None
    target = looked.target(features.SIZE)
    found = net.guesses(model, target, 3)
    assert found
    assert all(first_fault(part.steps) is None for part in found)
    assert found == net.guesses(model, target, 3)


def test_the_whole_network_is_small() -> None:
    count = sum(value.numel() for value in net.PartNet(net.Config()).parameters())
    assert 2 * count < 15e6  # bytes in half precision
