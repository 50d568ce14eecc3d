"""How sure the network is of each number of a code: what a fit may change, and by how much."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from geometry.program import Program
from geometry.view import view_of
from img2code.fit.shape import Free
from img2code.model import vocabulary as v
from img2code.model.decode import Encoded
from img2code.model.net import KeysValues, Net, head_of
from img2code.model.vocabulary import Steps, Vocabulary


@dataclass(frozen=True)
class Spot:
    """A decided number: where it stands in the program, and its row in the vocabulary.

    repeat: which of the parts of its template.
    """

    part: int
    parameter: str
    index: int
    row: int
    repeat: int


def spots(vocabulary: Vocabulary, program: Program, steps: Steps) -> Iterator[Spot]:
    """The numbers of a program that the network decides, in the order of its steps."""
    seen: Counter[str] = Counter()
    places: dict[tuple[str, int], int] = {}
    for place, part in enumerate(program.parts):
        places[part.template.name, seen[part.template.name]] = place
        seen[part.template.name] += 1
    for query, repeat in zip(steps.slots.tolist(), steps.repeats.tolist(), strict=True):
        if query >= v.FIRST_SLOT:
            row = query - v.FIRST_SLOT
            slot = vocabulary.slots[row]
            place = places[slot.template, repeat]
            yield Spot(place, slot.parameter, slot.index, row, repeat)


def steps_of(vocabulary: Vocabulary, program: Program) -> Steps:
    """The decisions that write a program as it is seen."""
    return vocabulary.steps(program.as_dict(), view_of(program.pose.rotation))


def free_numbers(
    net: Net, vocabulary: Vocabulary, picture: Encoded, program: Program
) -> tuple[Free, ...]:
    """The continuous numbers of a program with the deviations that the network gives them."""
    free = []
    for spot, row in scored(net, vocabulary, picture, program):
        if not vocabulary.discrete[spot.row]:
            deviation = _deviation(vocabulary, spot.row, row)
            limits = _limits(vocabulary, spot.row)
            free.append(Free(spot.part, spot.parameter, spot.index, deviation, *limits))
    return tuple(free)


def scored(
    net: Net, vocabulary: Vocabulary, picture: Encoded, program: Program
) -> Iterator[tuple[Spot, Tensor]]:
    """Every number that the network decides, with log-probabilities (BINS,) of its bins.

    One pass: each number by what the picture says, and the program's other numbers before it.
    """
    steps = steps_of(vocabulary, program)
    query, repeats, answers = (
        torch.from_numpy(each) for each in (steps.slots, steps.repeats, steps.answers)
    )
    previous = torch.cat((torch.tensor([net.nothing]), query[:-1]))
    answer = torch.cat((torch.tensor([0]), answers[:-1]))
    device = net.positional_embedding.device
    with torch.inference_mode():
        x = net.embed(*(each.to(device) for each in (query, repeats, previous, answer)))
        crops = picture[0][0].shape[0]
        states = net(list(picture), x.expand(crops, -1, -1))
        numbers = query >= v.FIRST_SLOT
        scores = net.heads["bin"](states[:, numbers]).float().log_softmax(-1).mean(0).cpu()
    yield from zip(spots(vocabulary, program, steps), scores, strict=True)


def _deviation(vocabulary: Vocabulary, row: int, scores: Tensor) -> float:
    attainable = torch.from_numpy(vocabulary.attainable[row])
    probability = scores.masked_fill(~attainable, -torch.inf).softmax(0)
    values = torch.from_numpy(vocabulary.values[row])
    mean = (probability * values).sum()
    return float((probability * (values - mean) ** 2).sum().sqrt())


def _limits(vocabulary: Vocabulary, row: int) -> tuple[float, float]:
    """A quarter of its range beyond what is usual; what is always positive stays so."""
    values = vocabulary.values[row][vocabulary.attainable[row]]
    least, most = float(values.min()), float(values.max())
    beyond = 0.25 * (most - least)
    return max(least - beyond, least / 2) if least > 0 else least - beyond, most + beyond


def samples(
    net: Net,
    vocabulary: Vocabulary,
    picture: Encoded,
    program: Program,
    count: int,
    rng: torch.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Other views (K, 3) and free numbers (K, P) that the network thinks possible.

    Drawn decision by decision, by the middle one of the picture's crops; category, templates,
    counts and flags are the program's.
    """
    if not count:
        return np.zeros((0, 3)), np.zeros((0, 0))
    steps = steps_of(vocabulary, program)
    crop = len(picture[0][0]) // 2
    seen = [
        (
            keys[crop : crop + 1].expand(count, -1, -1, -1),
            values[crop : crop + 1].expand(count, -1, -1, -1),
        )
        for keys, values in picture
    ]
    device = net.positional_embedding.device
    previous, answer = net.nothing, torch.zeros(count, dtype=torch.long)
    past: Sequence[KeysValues] = ()
    angles: list[Tensor] = []
    numbers: list[Tensor] = []
    with torch.inference_mode(), _one_thread():
        for query, repeat, said in zip(steps.slots, steps.repeats, steps.answers, strict=True):
            columns = (torch.full((count,), int(n)) for n in (query, repeat, previous))
            x = net.embed(*(column.to(device) for column in (*columns, answer)))
            states, (past,) = net.advance(x[None, :, None], [seen], [past])
            row = int(query) - v.FIRST_SLOT
            answer = torch.full((count,), int(said))
            if query in _LOWEST or (row >= 0 and not vocabulary.discrete[row]):
                scores = net.heads[head_of(int(query))](states[0, :, 0]).float().cpu()
                if row >= 0:
                    attainable = torch.from_numpy(vocabulary.attainable[row])
                    scores = scores.masked_fill(~attainable, -torch.inf)
                answer = torch.multinomial(scores.softmax(-1), 1, generator=rng)[:, 0]
                if row >= 0:
                    numbers.append(torch.from_numpy(vocabulary.values[row])[answer])
                else:
                    angles.append(answer + _LOWEST[int(query)])
            previous, answer = int(query), answer.to(device)
    return _columns(angles, count), _columns(numbers, count)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """For many small steps: on busy cores, threads that wait for each other lose seconds."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # of this thread's work alone
    try:
        yield
    finally:
        torch.set_num_threads(threads)


#: The angle that the first class of each stands for.
_LOWEST = {v.YAW: -180, v.ELEVATION: v.LOWEST, v.ROLL: v.LEFTMOST}


def _columns(columns: list[Tensor], count: int) -> np.ndarray:
    return np.stack([np.asarray(c, float) for c in columns], 1) if columns else np.zeros((count, 0))
