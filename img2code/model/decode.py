"""Writes codes decision by decision: the grammar says what may come, the network chooses.

A `Writer` knows one picture: it asks, is told scores, and writes text. The `Decoder` lets several
of them ask together, which costs little more than one alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

import geometry
import stats
from geometry import contacts
from geometry.program import Program, parse
from geometry.schema.template import Template
from geometry.view import View
from img2code import grammar
from img2code.errors import GenerationError
from img2code.model import vocabulary as v
from img2code.model.net import KeysValues, Net, Question, head_of, prepare
from img2code.model.vocabulary import Vocabulary

#: Lists of templates that are followed up at a time.
BEAMS = 4


@dataclass(frozen=True)
class Told:
    """The answer to a question: log-probabilities (choices,), and the past with it."""

    scores: Tensor
    past: Sequence[KeysValues]


@dataclass(frozen=True)
class Place:
    """Where a writer stands: the step before, what was decided there, and the past."""

    previous: int
    answer: int
    past: Sequence[KeysValues] = ()

    def question(self, query: int, picture: Sequence[KeysValues], repeat: int = 0) -> Question:
        return Question(query, repeat, self.previous, self.answer, picture, self.past)


@dataclass(frozen=True)
class Beam:
    """A list of templates begun: its log-probability, and where the writer stands after it."""

    score: float
    names: list[str]
    place: Place


Asking = Generator["str | list[Question]", list[Told], None]
#: Bins of numbers that are known, by their row in the vocabulary and the repeat of their template.
Known = Mapping[tuple[int, int], int]


class Writer:
    """The decisions about one picture. Every output is a valid code, whatever the scores."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        picture: Sequence[KeysValues],
        nothing: int,
        known: Known | None = None,
        roll: float = 0.0,
        rank: int = 0,
    ) -> None:
        """nothing: `previous` of the first step. known: what is not left to the network.

        roll: degrees that are added to what is read, of a picture that was turned before. rank: 1
        for the second likeliest list of templates, and so on.
        """
        self.vocabulary, self.picture, self.known = vocabulary, picture, known or {}
        self.place, self.roll, self.rank = Place(nothing, 0), roll, rank
        self.likelihood = 0.0  # of the list of templates, its logarithm

    def write(self, category: str | None = None) -> Asking:
        """Yields text, one piece per decision with what follows from it, and questions.

        What is sent back after a list of questions are the answers to them, in order.
        """
        vocabulary = self.vocabulary
        allowed = [category] if category else vocabulary.categories
        numbers = [vocabulary.categories.index(name) for name in allowed]
        told = yield from self._ask(v.CATEGORY)
        chosen = numbers[int(told.scores[numbers].argmax())]
        self._stand(v.CATEGORY, chosen, told)
        category = vocabulary.categories[chosen]
        yield grammar.opening(category)
        view = yield from self._view()
        yield grammar.pose(view.pose())
        names = yield from self._templates(category)
        seen: dict[str, int] = {}
        for number, name in enumerate(names):
            yield grammar.part_opening(name, number == 0)
            repeat = seen.get(name, 0)
            seen[name] = repeat + 1
            yield from self._part(geometry.templates(category)[name], repeat)
        yield grammar.CLOSING

    def _ask(self, query: int, repeat: int = 0) -> Generator[list[Question], list[Told], Told]:
        (told,) = yield [self.place.question(query, self.picture, repeat)]
        return told

    def _stand(self, query: int, answer: int, told: Told) -> int:
        self.place = Place(query, answer, told.past)
        return answer

    def _view(self) -> Generator[list[Question], list[Told], View]:
        decided = []
        for query, reach in ((v.YAW, 3), (v.ELEVATION, 2), (v.ROLL, 2)):
            told = yield from self._ask(query)
            peak = _peak(told.scores, reach, around=query == v.YAW)
            decided.append(self._stand(query, peak, told))
        yaw, elevation, roll = decided
        return View(v.yaw_angle(yaw), elevation + v.LOWEST, roll + v.LEFTMOST + self.roll)

    def _templates(self, category: str) -> Generator[list[Question], list[Told], list[str]]:
        """The likeliest list of templates, by a beam search: a good list may begin unlikely."""
        numbers = self.vocabulary.template_number
        beams, ended = [Beam(0.0, [], self.place)], list[Beam]()
        while beams and (len(ended) <= self.rank or beams[0].score > ended[self.rank].score):
            answers = yield [beam.place.question(v.TEMPLATE, self.picture) for beam in beams]
            grown = []
            for beam, told in zip(beams, answers, strict=True):
                names = grammar.next_templates(category, beam.names)
                choices = [v.END if n == grammar.END else numbers[category, n] for n in names]
                scores = told.scores[choices].log_softmax(0).tolist()
                for name, choice, score in zip(names, choices, scores, strict=True):
                    place = Place(v.TEMPLATE, choice, told.past)
                    grown.append(Beam(beam.score + score, [*beam.names, name], place))
            grown = sorted(grown, key=lambda beam: -beam.score)[: BEAMS + self.rank]
            ended += [beam for beam in grown if beam.place.answer == v.END]
            ended.sort(key=lambda beam: -beam.score)
            beams = [beam for beam in grown if beam.place.answer != v.END]
        best = ended[min(self.rank, len(ended) - 1)]
        self.place, self.likelihood = best.place, best.score
        return best.names[:-1]

    def _part(self, template: Template, repeat: int) -> Asking:
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
                told = yield from self._ask(v.FIRST_SLOT + row, repeat)
                bin_ = self.known.get((row, repeat))
                bin_ = self._bin(row, told.scores) if bin_ is None else bin_
                choice = self._stand(v.FIRST_SLOT + row, bin_, told)
            else:
                choice = int(self.vocabulary.forced[row]) if live else stats.PADDING - v.FIRST_TOKEN
            values.append(float(self.vocabulary.values[row, choice]))
            token = v.FIRST_TOKEN + choice
            waiting += grammar.number(slot, token, lengths[slot.parameter], index == 0)
            if decided:
                yield waiting
                waiting = ""
        yield waiting + grammar.PART_CLOSING

    def _bin(self, row: int, scores: Tensor) -> int:
        attainable = torch.from_numpy(self.vocabulary.attainable[row])
        scores = scores.cpu().masked_fill(~attainable, -torch.inf)
        if self.vocabulary.discrete[row]:
            return int(scores.argmax())
        # the median loses least where the network is unsure between near values
        probability = scores.softmax(0).cumsum(0)
        middle = int(torch.searchsorted(probability, torch.tensor(0.5)).clamp(max=v.BINS - 1))
        return middle if attainable[middle] else int(scores.argmax())


#: Keys and values per layer of one picture's crops.
Encoded = Sequence[KeysValues]


def encode(net: Net, pictures: Sequence[np.ndarray]) -> list[Encoded]:
    """Several pictures, of each its crops (F, S, S, 3) uint8, whose answers are averaged."""
    crops = len(pictures[0])
    with torch.inference_mode():
        layers = net.encode(prepare(np.concatenate(pictures)).to(net.positional_embedding.device))
    rows = range(0, crops * len(pictures), crops)
    return [
        [(keys[row : row + crops], values[row : row + crops]) for keys, values in layers]
        for row in rows
    ]


class Decoder:
    """The network and the pictures of one batch, as `encode` gives them."""

    def __init__(self, net: Net, vocabulary: Vocabulary, pictures: Sequence[Encoded]) -> None:
        self.net, self.vocabulary, self.pictures = net, vocabulary, pictures

    def write_many(
        self,
        categories: Sequence[str | None],
        wanted: Callable[[int], bool] = lambda row: True,
        known: Known | None = None,
    ) -> Iterator[tuple[int, str | None]]:
        """Pieces of the token forms with the picture that they belong to, None at its end.

        wanted: asked before every step; a picture that is not wanted any more is left. known:
        numbers that are not left to the network.
        """
        yield from self._write(
            [self._writer(row, known) for row in self.pictures], categories, wanted
        )

    def turned_back(self, category: str, rolls: Sequence[float]) -> list[str]:
        """Whole answers of every picture, with degrees of roll that are added to those read."""
        writers = zip(self.pictures, rolls, strict=True)
        return self._whole([self._writer(row, roll=roll) for row, roll in writers], category)

    def likeliest(self, category: str, count: int, roll: float = 0.0) -> list[tuple[str, float]]:
        """Whole answers of the first picture, by their lists of templates, the likeliest first.

        With each the logarithm of how likely its list is against the first one.
        """
        picture = self.pictures[0]
        writers = [self._writer(picture, roll=roll, rank=rank) for rank in range(count)]
        texts = self._whole(writers, category)
        least = writers[0].likelihood
        return [(text, each.likelihood - least) for text, each in zip(texts, writers, strict=True)]

    def _writer(
        self, picture: Encoded, known: Known | None = None, roll: float = 0.0, rank: int = 0
    ) -> Writer:
        return Writer(self.vocabulary, picture, self.net.nothing, known, roll, rank)

    def _whole(self, writers: Sequence[Writer], category: str) -> list[str]:
        texts = [""] * len(writers)
        for row, piece in self._write(writers, [category] * len(writers)):
            texts[row] += piece or ""
        return texts

    def _write(
        self,
        writers: Sequence[Writer],
        categories: Sequence[str | None],
        wanted: Callable[[int], bool] = lambda row: True,
    ) -> Iterator[tuple[int, str | None]]:
        for category in filter(None, categories):
            if category not in self.vocabulary:
                raise unknown_category(self.vocabulary, category)
        writing = {
            row: writer.write(category)
            for row, (writer, category) in enumerate(zip(writers, categories, strict=True))
        }
        answers: dict[int, list[Told] | None] = dict.fromkeys(writing)
        while writing := {row: asking for row, asking in writing.items() if wanted(row)}:
            waiting: dict[int, list[Question]] = {}
            for row, asking in writing.items():
                told = answers[row]
                try:
                    # None starts a writer and lets it go on after a piece of text
                    item = next(asking) if told is None else asking.send(told)
                    while isinstance(item, str):
                        yield row, item
                        item = next(asking)
                    waiting[row] = item
                except StopIteration:
                    yield row, None
            writing = {row: writing[row] for row in waiting}
            every = iter(self.tell([q for questions in waiting.values() for q in questions]))
            answers = {row: [next(every) for _ in questions] for row, questions in waiting.items()}

    def categories(self) -> Tensor:
        """(B, C) log-probabilities of the categories of every picture."""
        start = Place(self.net.nothing, 0)
        told = self.tell([start.question(v.CATEGORY, picture) for picture in self.pictures])
        return torch.stack([each.scores for each in told])

    def tell(self, questions: Sequence[Question]) -> list[Told]:
        """The answers: log-probabilities, averaged over the crops."""
        if not questions:
            return []
        with torch.inference_mode():
            states, pasts = self.net.step(questions)  # (Q, F, W)
            by_head: dict[str, list[int]] = {}
            for row, question in enumerate(questions):
                by_head.setdefault(head_of(question.query), []).append(row)
            scores: dict[int, Tensor] = {}
            for head, rows in by_head.items():
                logits = self.net.heads[head](states[rows]).float()  # (Q, F, choices)
                scores |= zip(rows, logits.log_softmax(-1).mean(1), strict=True)
        return [Told(scores[row], past) for row, past in enumerate(pasts)]


def program_of(text: str) -> Program:
    """What a whole answer says. Raises CodeError where that is no object."""
    program, _ = contacts.closed(parse(stats.decode(json.loads(text))))
    return program


def unknown_category(vocabulary: Vocabulary, category: str) -> GenerationError:
    """The error for a category that the network was not trained on."""
    problem = f"The model was not trained on the category {category}."
    return GenerationError(problem, f"It knows {', '.join(vocabulary.categories)}.")


def _peak(scores: Tensor, reach: int, around: bool = False) -> int:
    """The class with the most probability within `reach` classes of it."""
    probability = scores.softmax(0)[None, None]
    padded = torch.nn.functional.pad(
        probability, (reach, reach), "circular" if around else "constant"
    )
    return int(torch.nn.functional.avg_pool1d(padded, 2 * reach + 1, 1).argmax())
