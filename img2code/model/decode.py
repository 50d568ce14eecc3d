"""Writes a code decision by decision: the grammar says what may come, the network chooses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

import geometry
import stats
from geometry.registry import Template
from img2code import grammar
from img2code.errors import GenerationError
from img2code.model import vocabulary as v
from img2code.model.net import Memory, Net, head_of, prepare
from img2code.model.vocabulary import Vocabulary
from img2code.view import View

#: Lists of templates that are followed up at a time.
BEAMS = 4


@dataclass(frozen=True)
class Beam:
    """A list of templates begun: its log-probability, and where the decoder stood after it."""

    score: float
    names: list[str]
    past: list[tuple[Tensor, Tensor] | None]
    before: int
    answer: int


class Decoder:
    """One pass over one picture. Every output is a valid code, whatever the weights."""

    def __init__(self, net: Net, vocabulary: Vocabulary, pictures: np.ndarray) -> None:
        """pictures: (B, S, S, 3) uint8, framings of one picture; their verdicts are averaged."""
        self.net, self.vocabulary = net, vocabulary
        device = net.places.device
        with torch.inference_mode():
            keys_values = net.look(prepare(pictures).to(device))
        self.memory = Memory(keys_values, [None] * len(keys_values))
        self.before, self.answer = net.nothing, 0

    def write(self, category: str | None = None) -> Iterator[str]:
        """The token form of the code, one piece per decision with the text that follows from it."""
        vocabulary = self.vocabulary
        if category and category not in vocabulary:
            problem = f"The weights do not know the category {category}."
            raise GenerationError(problem, f"They know {', '.join(vocabulary.categories)}.")
        allowed = [category] if category else vocabulary.categories
        chosen = self._choose(v.CATEGORY, [vocabulary.categories.index(name) for name in allowed])
        category = vocabulary.categories[chosen]
        yield grammar.opening(category)
        yield grammar.pose(self._view().pose())
        names = self._templates(category)
        seen: dict[str, int] = {}
        for number, name in enumerate(names):
            yield grammar.part_opening(name, number == 0)
            repeat = seen.get(name, 0)
            seen[name] = repeat + 1
            yield from self._part(geometry.templates(category)[name], repeat)
        yield grammar.CLOSING

    def ranking(self) -> list[str]:
        """The categories, likeliest first. Before anything is written."""
        order = self._scores(v.CATEGORY).argsort(descending=True).tolist()
        return [self.vocabulary.categories[number] for number in order]

    # ------------------------------------------------------------ decisions

    def _scores(self, asked: int, repeat: int = 0) -> Tensor:
        """Log-probabilities, averaged over the framings."""
        with torch.inference_mode():
            states = self.net.step(self.memory, asked, repeat, self.before, self.answer)
            scores = self.net.heads[head_of(asked)](states).float()
            return scores.log_softmax(-1).mean(0)

    def _remember(self, asked: int, answer: int) -> int:
        self.before, self.answer = asked, answer
        return answer

    def _choose(self, asked: int, allowed: Sequence[int]) -> int:
        scores = self._scores(asked)
        return self._remember(asked, allowed[int(scores[list(allowed)].argmax())])

    def _view(self) -> View:
        yaw = self._remember(v.YAW, _peak(self._scores(v.YAW), 3, around=True))
        elevation = self._remember(v.ELEVATION, _peak(self._scores(v.ELEVATION), 2))
        roll = self._remember(v.ROLL, _peak(self._scores(v.ROLL), 2))
        return View(v.yaw_angle(yaw), elevation + v.LOWEST, roll + v.LEFTMOST)

    def _templates(self, category: str) -> list[str]:
        """The likeliest list of templates, by a beam search: a good list may begin unlikely."""
        numbers = self.vocabulary.template_number
        beams = [Beam(0.0, [], self.memory.past, self.before, self.answer)]
        best: Beam | None = None
        while beams and (best is None or beams[0].score > best.score):
            grown = []
            for beam in beams:
                self.memory.past = list(beam.past)
                self.before, self.answer = beam.before, beam.answer
                names = grammar.next_templates(category, beam.names)
                choices = [v.END if n == grammar.END else numbers[category, n] for n in names]
                scores = self._scores(v.TEMPLATE)[choices].log_softmax(0).tolist()
                for name, choice, score in zip(names, choices, scores, strict=True):
                    longer = [*beam.names, name]
                    total = beam.score + score
                    grown.append(Beam(total, longer, self.memory.past, v.TEMPLATE, choice))
            grown = sorted(grown, key=lambda beam: -beam.score)[:BEAMS]
            ended = [beam for beam in grown if beam.answer == v.END]
            best = max([*ended, *([best] if best else [])], key=lambda b: b.score, default=None)
            beams = [beam for beam in grown if beam.answer != v.END]
        assert best is not None
        self.memory.past, self.before, self.answer = list(best.past), best.before, best.answer
        return best.names[:-1]

    def _part(self, template: Template, repeat: int) -> Iterator[str]:
        first = self.vocabulary.first_slot[template.category, template.name]
        slots = grammar.slots(template)
        lengths = {p.name: p.kept for p in template.parameters}
        has_blocks = any(p.values.block for p in template.parameters)
        values: list[float] = []
        waiting = ""
        for index, slot in enumerate(slots):
            row = first + index
            live = not has_blocks or grammar.active(template, values)[index]
            decided = live and self.vocabulary.forced[row] < 0
            if decided:
                choice = self._bin(row, repeat)
            else:
                choice = int(self.vocabulary.forced[row]) if live else stats.PADDING - v.FIRST_TOKEN
            values.append(float(self.vocabulary.values[row, choice]))
            token = v.FIRST_TOKEN + choice
            waiting += grammar.number(slot, token, lengths[slot.parameter], index == 0)
            if decided:
                yield waiting
                waiting = ""
        yield waiting + grammar.PART_CLOSING

    def _bin(self, row: int, repeat: int) -> int:
        asked = v.FIRST_SLOT + row
        scores = self._scores(asked, repeat).cpu()
        attainable = torch.from_numpy(self.vocabulary.attainable[row])
        scores = scores.masked_fill(~attainable, -torch.inf)
        if self.vocabulary.discrete[row]:
            return self._remember(asked, int(scores.argmax()))
        # the median loses least where the network is unsure between near values
        share = scores.softmax(0).cumsum(0)
        middle = int(torch.searchsorted(share, torch.tensor(0.5)).clamp(max=v.BINS - 1))
        if not attainable[middle]:
            middle = int(scores.argmax())
        return self._remember(asked, middle)


def _peak(scores: Tensor, reach: int, around: bool = False) -> int:
    """The class with the most probability within `reach` classes of it."""
    share = scores.softmax(0)[None, None]
    padded = torch.nn.functional.pad(share, (reach, reach), "circular" if around else "constant")
    return int(torch.nn.functional.avg_pool1d(padded, 2 * reach + 1, 1).argmax())
