"""`img2code serve` with a second port, and with another model for a task."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from openai_server import Server
from service_backends import made, served
from service_requests import BASE64

from img2code.backends import load
from img2code.cli.main import main
from img2code.reconstruct import Reconstructor
from img2code.service.access import Access

REPOSITORY = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


@pytest.fixture
def captioner() -> Iterator[Server]:
    server = Server(["[] A mug, ", "says the server."])
    yield server
    server.shutdown()
    server.server_close()


def test_both_ports_answer_with_the_model_that_was_named(captioner: Server) -> None:
    flags = ["--backend", "fake", "--port", "0", "--legacy-port", "0"]
    server = subprocess.Popen(
        [sys.executable, "-m", "img2code", "serve", *flags, "--vision", "caption=openai:teller"],
        env=os.environ | {"OPENAI_BASE_URL": captioner.url, "PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr
        line = server.stderr.readline()
        addresses = [word.rstrip(",") for word in line.split() if word.startswith("http")]
        assert len(set(addresses)) == 2, line
        for address in addresses:
            assert httpx.get(f"{address}/api/", timeout=60).json()["name"] == "img2code"
            told = httpx.post(f"{address}/v1/caption", json={"image": BASE64}, timeout=60).json()
            assert told["caption"] == "[] A mug, says the server."
            assert told["regions"] == []
        assert {body["model"] for body in captioner.requests} == {"teller"}
    finally:
        server.terminate()
        _, errors = server.communicate(timeout=60)
    assert server.returncode == 0
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("caption", "does not begin with one of segment, concepts, caption, paint, and ="),
        ("singing=embedded", "does not begin with one of"),
        ("segment=sam9:folder", "'sam9' is not one of embedded, sam, sam2"),
    ],
)
def test_a_task_or_a_model_that_there_is_none_of_is_refused(
    named: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--backend", "fake", "--vision", named])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_what_the_page_compares_with_wants_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--backend", "fake", "--also", "openai:m@http://127.0.0.1:9/v1"]) == 1
    assert "Add --page." in capsys.readouterr().err


def test_the_page_of_a_service_can_compare_with_another_back_end(captioner: Server) -> None:
    other = Reconstructor(load("openai", model="m", url=captioner.url))
    with served(made(Access(), page=True, others={"another": other})) as address:
        assert "another" in httpx.get(f"{address}/page/config", timeout=60).text
