"""The embedded model: any weights write valid codes, the shipped ones know what they look at."""

from __future__ import annotations

import json
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest
import torch

import geometry
import stats
from geometry.view import View, view_of
from img2code import grammar
from img2code.backends import load
from img2code.evaluate.score import held_out, judge
from img2code.model import decode, weights_file
from img2code.model import vocabulary as v
from img2code.model.config import Config
from img2code.model.decode import Decoder, Place, Told, Writer, encode
from img2code.model.net import Net, Question, prepare
from img2code.model.training.average import average
from img2code.model.training.loop import in_a_row
from img2code.model.training.loss import soft_loss
from img2code.model.training.warm_start import start_from
from img2code.model.vocabulary import Vocabulary
from img2code.reconstruct import Reconstructor
from img2code.render.examples import Example, sample_object, sample_view

SIZE = 96  # of pictures for networks that know nothing


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(geometry.categories())


def random_net(vocabulary: Vocabulary, seed: int, scale: float = 1.0) -> Net:
    """A network whose scores are large and senseless."""
    torch.manual_seed(seed)
    config = Config(tuple(vocabulary.categories), size=SIZE, width=24, layers=1, heads=2)
    net = Net(config, vocabulary)
    for head in net.heads.values():
        torch.nn.init.normal_(head.weight, std=scale)
        torch.nn.init.normal_(head.bias, std=3 * scale)
    return net.eval()


def written(decoder: Decoder, category: str | None) -> list[str]:
    """The pieces of the code of a decoder's only picture."""
    return [piece for _, piece in decoder.write_many([category]) if piece is not None]


@pytest.mark.parametrize("seed", range(40))
def test_any_weights_write_valid_codes(vocabulary: Vocabulary, seed: int) -> None:
    """Random weights, random pictures: every code parses, decodes, and builds."""
    net = random_net(vocabulary, seed, scale=[0.3, 3.0][seed % 2])
    pictures = np.random.default_rng(seed).integers(0, 256, (2, SIZE, SIZE, 3), dtype=np.uint8)
    category = [None, *vocabulary.categories][seed % (1 + len(vocabulary.categories))]
    pieces = written(Decoder(net, vocabulary, encode(net, [pictures])), category)
    assert len(pieces) > 4
    tokens = json.loads("".join(pieces))
    if category:
        assert tokens["category"] == category
    for part in tokens["conceptualization"]:
        for numbers in part["parameters"].values():
            assert all(type(n) is int and 2048 <= n <= 3071 for n in numbers)
    code = stats.decode(tokens)
    points = np.asarray(geometry.mesh(code, segments=12).vertices)
    assert np.isfinite(points).all()
    names = [part["template"] for part in tokens["conceptualization"]]
    order = list(geometry.templates(tokens["category"]))
    assert names == sorted(names, key=order.index)


def test_decisions_of_a_code_write_that_code(vocabulary: Vocabulary) -> None:
    """A network that is told each right answer writes exactly the code it was told."""

    def scores(question: Question, answer: int) -> Told:
        """All that the writer is told is the right answer; angles may be a little off."""
        sizes = {v.YAW: v.YAWS, v.ELEVATION: v.ELEVATIONS, v.ROLL: v.ROLLS}
        choices = torch.arange(sizes.get(question.query, v.BINS))
        return Told(-10.0 * (choices - answer).abs().float(), [])

    def written_by(answers: list[int]) -> str:
        left = list(answers)
        writer = Writer(vocabulary, [], 0).write()
        text, item = "", next(writer)
        while True:
            try:
                if isinstance(item, str):
                    text += item
                    item = next(writer)
                else:
                    item = writer.send([scores(question, left[0]) for question in item])
                    left = left[1:]
            except StopIteration:
                assert not left
                return text

    rng = np.random.default_rng(3)
    for category in vocabulary.categories:
        for _ in range(5):
            code, _ = sample_object(category, rng)
            view = sample_view(rng)
            answers = vocabulary.steps(code, view).answers.tolist()
            written = json.loads(written_by(answers))
            expected = stats.encode(code)
            assert written["category"] == category
            assert written["conceptualization"] == expected["conceptualization"]
            seen = view_of(written["pose"]["global_rotation"])
            assert abs((seen.yaw - view.yaw + 180) % 360 - 180) < 4
            assert seen.elevation == pytest.approx(view.elevation, abs=2)


def test_step_by_step_equals_all_at_once(vocabulary: Vocabulary) -> None:
    """The kept keys and values of decoding give the states of training."""
    net = random_net(vocabulary, 1)
    rng = np.random.default_rng(1)
    steps = vocabulary.steps(sample_object("Chair", rng)[0], sample_view(rng))
    pictures = rng.integers(0, 256, (1, SIZE, SIZE, 3), dtype=np.uint8)
    inputs, _ = in_a_row([np.stack((steps.slots, steps.repeats, steps.answers))], net.nothing)
    with torch.inference_mode():
        at_once = net(net.encode(prepare(pictures)), net.embed(*inputs)[None])[0]
        (picture,) = Decoder(net, vocabulary, encode(net, [pictures])).pictures
        past, one_by_one = [], []
        for t in range(12):
            states, (past,) = net.step([Question(*inputs[:, t].tolist(), picture, past)])
            one_by_one.append(states[0, 0])
    assert torch.allclose(at_once[:12], torch.stack(one_by_one), atol=1e-4)


def test_the_list_of_templates_is_no_worse_than_the_greedy_one(
    vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A beam search finds lists that are at least as likely; with one beam it is greedy."""
    better = 0
    for seed in range(6):
        net = random_net(vocabulary, seed, scale=0.5)
        pictures = np.random.default_rng(seed).integers(0, 256, (2, SIZE, SIZE, 3), dtype=np.uint8)
        found = []
        for beams in (1, 8):
            monkeypatch.setattr(decode, "BEAMS", beams)
            found.append(log_probability(Decoder(net, vocabulary, encode(net, [pictures])), "Oven"))
        greedy, best = found
        assert best >= greedy - 1e-4
        better += best > greedy + 1e-4
    assert better


def log_probability(decoder: Decoder, category: str) -> float:
    """Of the list of templates that a writer chooses, each choice among the allowed ones."""
    (picture,) = decoder.pictures
    writer = Writer(decoder.vocabulary, picture, decoder.net.nothing)
    place, choosing = writer.place, writer._templates(category)
    questions = next(choosing)
    while True:
        try:
            questions = choosing.send(decoder.tell(questions))
        except StopIteration as end:
            names = end.value
            break
    numbers = decoder.vocabulary.template_number
    total = 0.0
    for at, name in enumerate([*names, grammar.END]):
        allowed = grammar.next_templates(category, names[:at])
        choices = [v.END if n == grammar.END else numbers[category, n] for n in allowed]
        (told,) = decoder.tell([place.question(v.TEMPLATE, picture)])
        scores = told.scores[choices].log_softmax(0)
        total += float(scores[allowed.index(name)])
        place = Place(v.TEMPLATE, choices[allowed.index(name)], told.past)
    return total


def test_pictures_together_are_written_as_each_alone(vocabulary: Vocabulary) -> None:
    """Rows of a batch do not hear each other; one that is not wanted any more is left."""
    net = random_net(vocabulary, 4, scale=0.5)
    rng = np.random.default_rng(4)
    pictures = list(rng.integers(0, 256, (5, 2, SIZE, SIZE, 3), dtype=np.uint8))
    categories = [None, "Mug", "Oven", None, "Table"]
    alone = [
        "".join(written(Decoder(net, vocabulary, encode(net, [p])), c))
        for p, c in zip(pictures, categories, strict=True)
    ]
    texts = [""] * 5
    for row, piece in Decoder(net, vocabulary, encode(net, pictures)).write_many(categories):
        texts[row] += piece or ""
    assert texts == alone
    left = [""] * 5
    decoder = Decoder(net, vocabulary, encode(net, pictures))
    for row, piece in decoder.write_many(categories, lambda row: row != 2 or len(left[2]) < 200):
        left[row] += piece or ""
    assert [left[row] for row in (0, 1, 3, 4)] == [alone[row] for row in (0, 1, 3, 4)]
    assert 200 <= len(left[2]) < len(alone[2])


@pytest.mark.parametrize("seed", range(4))
def test_other_lists_of_templates_come_by_likelihood(vocabulary: Vocabulary, seed: int) -> None:
    """The first is what is written anyway; the others are others, and ever less likely."""
    net = random_net(vocabulary, seed, scale=0.3)
    pictures = np.random.default_rng(seed).integers(0, 256, (2, SIZE, SIZE, 3), dtype=np.uint8)
    decoder = Decoder(net, vocabulary, encode(net, [pictures]))
    readings = decoder.likeliest("Oven", 4)
    assert readings[0] == ("".join(written(decoder, "Oven")), 0.0)
    likelihoods = [likelihood for _, likelihood in readings]
    assert likelihoods == sorted(likelihoods, reverse=True)
    parts = [json.loads(text)["conceptualization"] for text, _ in readings]
    assert len({tuple(part["template"] for part in each) for each in parts}) == 4


def test_what_a_turned_picture_says_is_turned_back(vocabulary: Vocabulary) -> None:
    """The roll of the view differs by the degrees, all else is the same."""
    net = random_net(vocabulary, 1, scale=0.3)
    pictures = np.random.default_rng(1).integers(0, 256, (2, SIZE, SIZE, 3), dtype=np.uint8)
    decoder = Decoder(net, vocabulary, encode(net, [pictures]) * 2)
    same, turned = (json.loads(text) for text in decoder.turned_back("Mug", [0.0, 50.0]))
    views = [view_of(code.pop("pose")["global_rotation"]) for code in (same, turned)]
    assert same == turned
    assert (views[1].roll - views[0].roll) % 360 == pytest.approx(50, abs=2)


def test_next_templates_follow_the_order_of_definition() -> None:
    names = list(geometry.templates("Mug"))
    assert grammar.next_templates("Mug", []) == names
    after = grammar.next_templates("Mug", ["Single_Cylinder"])
    assert after[-1] == grammar.END
    assert "Single_Cylinder" in after  # a mug may have a cover and a coaster
    assert "Single_Cylinder" not in grammar.next_templates("Mug", ["Single_Cylinder"] * 2)
    assert "Curved_Handle" not in grammar.next_templates("Mug", ["Curved_Handle"])


@pytest.mark.parametrize("view", [View(0), View(-35, 20), View(170, 55, -6), View(90, 10, 3)])
def test_pose_states_the_view(view: View) -> None:
    seen = view_of(view.pose())
    assert np.abs(seen.matrix() - view.matrix()).max() < 0.03


def test_soft_loss_prefers_near_misses() -> None:
    target = torch.tensor([100])

    def loss(guess: int, **options: object) -> float:
        scores = torch.zeros(1, 360)
        scores[0, guess % 360] = 10.0
        return float(soft_loss(scores, target, 3.0, **options))  # type: ignore[arg-type]

    assert loss(100) < loss(102) < loss(106)
    assert loss(110) == pytest.approx(loss(200))
    around = soft_loss(torch.eye(360)[359:] * 9, torch.tensor([0]), 3.0, around=True)
    cut = soft_loss(torch.eye(360)[359:] * 9, torch.tensor([0]), 3.0)
    assert float(around) < float(cut)


def test_weights_of_another_vocabulary_are_refused(
    vocabulary: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = random_net(vocabulary, 0)
    path = tmp_path / "w.safetensors"
    weights_file.save(net.state_dict(), path, net.config, vocabulary)
    loaded, _ = weights_file.load(path)
    assert torch.equal(loaded.positional_embedding, net.positional_embedding.half().float())
    with pytest.raises(weights_file.WeightsError, match="no weights"):
        weights_file.load(tmp_path / "none.safetensors")
    monkeypatch.setattr(weights_file, "fingerprint", lambda _: "another")
    with pytest.raises(weights_file.WeightsError, match="other templates or statistics"):
        weights_file.load(path)


def test_weights_are_averaged_by_share(vocabulary: Vocabulary, tmp_path: Path) -> None:
    nets = [random_net(vocabulary, seed) for seed in (0, 1)]
    old, new, both = (tmp_path / f"{name}.safetensors" for name in ("old", "new", "both"))
    for net, path in zip(nets, (old, new), strict=True):
        weights_file.save(net.state_dict(), path, net.config, vocabulary)
    average(old, new, 0.75, both)
    mixed = weights_file.load(both)[0].state_dict()
    first, second = (net.state_dict() for net in nets)
    for name, value in mixed.items():
        expected = 0.25 * first[name].half().float() + 0.75 * second[name].half().float()
        assert torch.equal(value, expected.half().float()), name
    small = replace(nets[0].config, width=nets[0].config.width // 2)
    other = Net(small, vocabulary)
    weights_file.save(other.state_dict(), new, small, vocabulary)
    with pytest.raises(weights_file.WeightsError, match="no average"):
        average(old, new, 0.5, both)


def test_decisions_of_one_category_are_renumbered(vocabulary: Vocabulary) -> None:
    """Shards hold the numbers of their category's own vocabulary."""
    rng = np.random.default_rng(0)
    for category in ("Box", "Laptop", "Table"):
        alone = Vocabulary([category])
        code, view = sample_object(category, rng)[0], sample_view(rng)
        own, whole = (np.stack(astuple(v.steps(code, view))) for v in (alone, vocabulary))
        assert not np.array_equal(own, whole)
        assert np.array_equal(vocabulary.renumbered(category, own), whole)


def test_repeated_slots_share_a_field(vocabulary: Vocabulary) -> None:
    fields, units = vocabulary.fields
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for slot, field, unit in zip(vocabulary.slots, fields, units, strict=True):
        if slot.category == "Bottle" and slot.parameter in ("level_2_size", "level_3_size"):
            found[slot.parameter, slot.index] = field, unit
        if (slot.template, slot.parameter) == ("Regular_drawer", "drawers_params"):
            found[slot.category, slot.index] = field, unit
    assert found["level_2_size", 1][0] == found["level_3_size", 1][0]
    assert found["level_2_size", 0][0] != found["level_2_size", 1][0]
    assert [found["level_2_size", 0][1], found["level_3_size", 0][1]] == [2, 3]
    first, second = found["Table", 4], found["Table", 4 + 21]  # the next drawer's
    assert first[0] == second[0]
    assert [first[1], second[1]] == [1, 2]


def test_weights_carry_over_to_a_larger_vocabulary(tmp_path: Path) -> None:
    small, large = Vocabulary(["Box", "Mug"]), Vocabulary(["Bottle", "Box", "Chair", "Mug"])
    old, new = random_net(small, 0), random_net(large, 1)
    path = tmp_path / "small.safetensors"
    weights_file.save(old.state_dict(), path, old.config, small)
    before = new.heads["category"].weight[0].clone()
    start_from(new, large, path)
    assert torch.equal(new.positional_embedding, old.positional_embedding.half().float())
    for name in small.categories:
        row = old.heads["category"].weight[small.categories.index(name)].half().float()
        assert torch.equal(new.heads["category"].weight[large.categories.index(name)], row)
    assert torch.equal(new.heads["category"].weight[0], before)
    slot = small.first_slot["Mug", "Curved_Handle"]
    row = old.query.weight[v.FIRST_SLOT + slot].half().float()
    assert torch.equal(
        new.query.weight[v.FIRST_SLOT + large.first_slot["Mug", "Curved_Handle"]], row
    )


def test_weights_carry_over_to_larger_pictures(tmp_path: Path) -> None:
    """The same place of a larger picture begins with the embedding it had."""
    vocabulary = Vocabulary(["Mug"])
    config = Config(("Mug",), size=64, width=24, layers=1, heads=2)
    old, new = Net(config, vocabulary), Net(replace(config, size=192), vocabulary)
    path = tmp_path / "old.safetensors"
    weights_file.save(old.state_dict(), path, old.config, vocabulary)
    start_from(new, vocabulary, path)
    assert (len(old.positional_embedding), len(new.positional_embedding)) == (
        4 * 4 + 2 * 2 + 1,
        12 * 12 + 6 * 6 + 1,
    )
    known = old.positional_embedding.half().float()
    fine, coarse = (
        new.positional_embedding[:144].unflatten(0, (12, 12)),
        new.positional_embedding[144:-1].unflatten(0, (6, 6)),
    )
    assert torch.allclose(fine[1::3, 1::3].flatten(0, 1), known[:16], atol=1e-5)
    assert torch.allclose(coarse[1::3, 1::3].flatten(0, 1), known[16:-1], atol=1e-5)
    assert torch.equal(new.positional_embedding[-1], known[-1])
    assert torch.equal(new.fine.weight, old.fine.weight.half().float())


# ------------------------------------------------------------ the shipped weights


def test_weights_are_small_and_safe() -> None:
    files = [p for p in weights_file.SHIPPED.parent.iterdir() if p.is_file()]
    assert {p.suffix for p in files} == {".safetensors"}
    assert sum(p.stat().st_size for p in files) <= 40e6


@pytest.mark.slow
def test_shipped_model_recognises_held_out_objects() -> None:
    """A small part of the held-out set; the README's table is made from all of it."""
    reconstructor = Reconstructor(load("embedded"))
    rows = [judge(reconstructor, e) for e in held_out(geometry.categories(), 1)]
    assert all(not row.error for row in rows)
    assert np.mean([row.predicted == row.category for row in rows]) >= 0.9
    assert np.mean([row.scores["f1_5"] for row in rows]) >= 0.7


def test_held_out_is_the_same_every_time() -> None:
    def first() -> Example:
        return next(held_out(["Mug"], 1))

    a, b = first(), first()
    assert a.code == b.code
    assert np.array_equal(a.picture, b.picture)
    assert -90 <= a.view.yaw <= 90
