"""The wish for exact answers reaches what answers: from the command line, a batch, the service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from service_backends import served, until

import geometry
import stats
from img2code.backends.fake import Fake
from img2code.batch import Setup
from img2code.cli.main import COMMANDS, parser
from img2code.cli.options import BackendOptions
from img2code.client.client import Client, RefusedError
from img2code.reconstruct import Reconstructor
from img2code.service.app import create_app

PICTURE = Image.new("RGB", (24, 16), (90, 30, 30))


@pytest.fixture
def lossy() -> str:
    """An answer whose pose is missing."""
    code = stats.encode(geometry.sample("Mug", np.random.default_rng(1)))
    del code["pose"]
    return json.dumps(code)


@pytest.fixture
def address(lossy: str) -> Iterator[str]:
    app = create_app(lambda: Reconstructor(Fake([lossy])))
    with served(app) as address:
        until(lambda: app.state.service.queue.ready)
        yield address


def test_the_service_refuses_what_it_would_have_to_repair(address: str, lossy: str) -> None:
    with Client(address, patience=0) as client:
        assert client.predict(PICTURE).repairs == ("The pose was missing and was taken as zeros.",)
        with pytest.raises(RefusedError, match="pose was missing") as refusal:
            client.predict(PICTURE, strict=True)
    assert refusal.value.raw_text == lossy


@pytest.mark.parametrize("strict", [False, True])
def test_commands_and_batches_pass_it_on(
    strict: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []

    def noted(options: BackendOptions, strict: bool, revisions: int = 0) -> Reconstructor:
        told.append(strict)
        return Reconstructor(Fake(), strict=strict)

    monkeypatch.setattr(BackendOptions, "reconstructor", noted)
    given = ["--strict"] * strict
    line = ["predict", "a.png", "--out", str(tmp_path), "--backend", "fake", *given]
    assert COMMANDS["predict"](parser().parse_args(line)) == 1  # there is no such picture
    assert told == [strict]
    assert Setup(str(tmp_path), "fake", {}, None, strict).reconstructor().strict is strict
    for command in (["batch", "--test_set_dir", ".", "--save_dir", "."], ["eval"]):
        assert parser().parse_args([*command, *given]).strict is strict
