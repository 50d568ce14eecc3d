"""The long run of the fuzzers: `python tests/fuzz/run.py`, or `make fuzz`; prints a table.

Numbers of cases are seeds: `--first` of one that failed makes it again. The exit status is 1 where
anything failed. Ctrl-C ends the run and prints what there is by then.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import warnings
from pathlib import Path

import hostile_codes
import mutated_answers
from outcomes import Outcomes


def answers(outcomes: Outcomes, first: int, count: int) -> None:
    for number in range(first, first + count):
        text, category = mutated_answers.answer(number)

        def fault(text: str = text, category: str | None = category) -> str | None:
            return mutated_answers.fault(text, category)

        outcomes.run("mutated answers", f"answer {number}", fault)
        _tell(number, first, count)


def codes(outcomes: Outcomes, first: int, count: int, exported: int) -> None:
    """exported: one of so many codes is written in every format."""
    with tempfile.TemporaryDirectory() as name:
        for number in range(first, first + count):
            hostile = hostile_codes.code(number)

            def fault(hostile: object = hostile) -> str | None:
                return hostile_codes.fault(hostile)

            outcomes.run("hostile codes", f"code {number}", fault)
            if exported and number % exported == 0:
                write(outcomes, number, Path(name))
            _tell(number, first, count)


def write(outcomes: Outcomes, number: int, folder: Path) -> None:
    hostile = hostile_codes.code(number)
    if isinstance(hostile, str):
        hostile = json.loads(hostile)
    for suffix in hostile_codes.EXPORTERS:

        def fault(suffix: str = suffix) -> str | None:
            return hostile_codes.export_fault(hostile, suffix, folder)

        outcomes.run(f"exports to {suffix}", f"code {number}", fault)


def _tell(number: int, first: int, count: int) -> None:
    done = number - first + 1
    if done % 10_000 == 0:
        print(f"{done:,} of {count:,}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=200_000)
    parser.add_argument("--codes", type=int, default=50_000)
    parser.add_argument("--exported", type=int, default=10, help="one code in so many; 0: none")
    parser.add_argument("--first", type=int, default=0, help="the first case's number")
    options = parser.parse_args()
    warnings.simplefilter("error")  # as in the tests: overflows are faults
    outcomes = Outcomes()
    try:
        answers(outcomes, options.first, options.answers)
        codes(outcomes, options.first, options.codes, options.exported)
    except KeyboardInterrupt:
        print("Stopped; so far:", file=sys.stderr)
    print(outcomes.table())
    return 1 if outcomes.faults else 0


if __name__ == "__main__":
    sys.exit(main())
