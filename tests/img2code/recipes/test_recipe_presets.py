"""Presets of recipes run their real code: tiny checkpoints of real classes, small real servers."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from PIL import Image

from img2code.recipes import captioners, generators, run, spec
from tests import tiny_painters, tiny_vision
from tests.openai_server import Server

EXAMPLES = Path(__file__).parents[3] / "example_images"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    Image.new("RGB", (48, 32), (200, 40, 40)).save("a.png")
    Path("rows.jsonl").write_text(json.dumps({"image": "a.png", "text": "a red chair"}))


def go(kind: str, name: str | None, **config: Any) -> dict[str, Any]:
    step = {"type": kind, "name": name, "config": config}
    Path("r.yaml").write_text(yaml.safe_dump({"meta_path": "rows.jsonl", "steps": [step]}))
    report = run.run(spec.load("r.yaml"))
    row: dict[str, Any] = json.loads(report.result.read_text())
    assert "error" not in row, row
    return row


def wrong(kind: str, name: str, config: dict[str, Any]) -> str:
    step = {"type": kind, "name": name, "config": config}
    Path("r.yaml").write_text(yaml.safe_dump({"meta_path": "rows.jsonl", "steps": [step]}))
    with pytest.raises(spec.RecipeError) as failure:
        spec.load("r.yaml")
    return str(failure.value)


CHECKPOINTS: dict[str, Callable[[Path], Path]] = {
    "BLIPCaptioner": tiny_vision.blip,
    "BLIP2Captioner": tiny_vision.blip2,
    "LLaVACaptioner": tiny_vision.llava,
    "LLaVANeXTCaptioner": tiny_vision.llava_next,
    "LLaVAOneVisionCaptioner": tiny_vision.llava_onevision,
    "MLLamaCaptioner": tiny_vision.mllama,
    "QwenVLCaptioner": tiny_vision.qwen2_5_vl,
    "FLUXGenerator": tiny_painters.flux,
    "StableDiffusionGenerator": tiny_painters.stable_diffusion,
    "StableDiffusion3Generator": tiny_painters.sd3,
}


@pytest.mark.parametrize("name", [name for name in captioners.FAMILIES if name in CHECKPOINTS])
def test_captioners_run_checkpoints_of_their_classes(name: str, tmp_path: Path) -> None:
    folder = CHECKPOINTS[name](tmp_path / "model")
    config = {"model_path": str(folder), "max_tokens": 8, "device": "cpu", "top_k": 5}
    row = go("ImageCaptioner", name, **config, repeat_time=2)
    assert isinstance(row["text"], str)
    assert len(row["texts"]) == 2
    assert row["source_text"] == "a red chair"


@pytest.mark.parametrize("name", list(generators.FAMILIES))
def test_generators_run_checkpoints_of_their_classes(name: str, tmp_path: Path) -> None:
    folder = CHECKPOINTS[name](tmp_path / "model")
    config = {"model_path": str(folder), "num_inference_steps": 1, "device": "cpu"}
    row = go("ImageGenerator", name, **config, width=64, height=32)
    with Image.open(Path("results") / row["image"]) as made:
        assert made.size == (64, 32)
    assert row["source_image"] == "a.png"


def test_a_language_model_on_this_machine_rewrites_texts(tmp_path: Path) -> None:
    import transformers

    tiny_vision.seeded()
    settings = transformers.LlamaConfig(**tiny_vision.TEXT)
    folder = tmp_path / "model"
    transformers.LlamaForCausalLM(settings).save_pretrained(folder)
    tiny_vision.tokenizer().save_pretrained(folder)
    config = {"model_path": str(folder), "max_tokens": 12, "device": "cpu", "temperature": 0}
    row = go("TextGenerator", "LocalModelGenerator", **config)
    assert row["text"]
    assert row["source_text"] == "a red chair"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(["A red ", "square."])
    yield server
    server.shutdown()
    server.server_close()


def test_servers_are_asked_with_prompt_picture_and_sampling(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-1")
    settings = {"model": "openai:gpt-x", "api_url": server.url, "api_key": "${MY_KEY}"}
    row = go("ImageCaptioner", "GPTCaptioner", **settings, sys_prompt="Be brief.")
    assert row["text"] == "A red square."
    (body,) = server.requests
    assert server.keys == ["Bearer sk-1"]
    assert (body["model"], body["max_tokens"], body["temperature"], body["top_p"]) == (
        "gpt-x",
        256,
        0.6,
        0.9,
    )
    system, user = body["messages"]
    assert system["content"] == "Be brief."
    picture, text = user["content"]
    assert text["text"] == "What is the content of this image?"
    content = base64.b64decode(picture["image_url"]["url"].split(",")[1])
    assert Image.open(io.BytesIO(content)).size == (48, 32)
    for folder in ("intermediate_results", "results"):
        for path in Path(folder).rglob("*"):
            assert path.is_dir() or b"sk-1" not in path.read_bytes()


def test_texts_stand_where_the_prompt_says(server: Server) -> None:
    settings = {"model": "m", "api_url": server.url, "prompt": "Shorten: {text}."}
    assert go("TextGenerator", "APIGenerator", **settings)["text"] == "A red square."
    (body,) = server.requests
    assert body["messages"][-1]["content"] == "Shorten: a red chair."


class _Painter(BaseHTTPRequestHandler):
    """Answers with a picture of the size that was asked for."""

    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(body)
        width, height = map(int, body["size"].split("x"))
        content = io.BytesIO()
        Image.new("RGB", (width, height), (9, 9, 9)).save(content, "PNG")
        data = [{"b64_json": base64.b64encode(content.getvalue()).decode()}]
        answer = json.dumps({"data": data}).encode()
        if body["model"] == "refuses":
            answer = b'{"error": "no such model"}'
        self.send_response(404 if body["model"] == "refuses" else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def painter() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Painter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_servers_paint(painter: str) -> None:
    size = {"width": 40, "height": 24}
    row = go("ImageGenerator", "ImageAPIGenerator", model="m", api_url=painter, **size)
    with Image.open(Path("results") / row["image"]) as made:
        assert made.size == (40, 24)
    assert _Painter.asked[-1]["prompt"] == "a red chair"
    with pytest.raises(AssertionError, match=r"404: .*no such model"):
        go("ImageGenerator", "ImageAPIGenerator", model="refuses", api_url=painter, **size)


def test_what_comes_along_describes_paints_segments_and_scores() -> None:
    example = EXAMPLES / "mug_teal.jpg"
    Path("rows.jsonl").write_text(json.dumps({"image": str(example)}))
    steps = [
        {"type": "ImageCaptioner", "name": "EmbeddedCaptioner"},
        {"type": "Segmenter"},
        {"type": "Concepts", "config": {"texts": ["a mug", "a chair"]}},
        {
            "type": "ImageGenerator",
            "name": "EmbeddedGenerator",
            "config": {"width": 128, "height": 96},
        },
    ]
    Path("r.yaml").write_text(yaml.safe_dump({"meta_path": "rows.jsonl", "steps": steps}))
    report = run.run(spec.load("r.yaml"))
    row = json.loads(report.result.read_text())
    assert "mug" in row["text"].lower()
    assert row["concept"] == "a mug"
    assert sum(row["scores"].values()) == pytest.approx(1, abs=0.01)
    with Image.open(Path("results") / row["mask"]) as mask, Image.open(example) as picture:
        assert mask.size == picture.size
        assert {0, 255} >= set(mask.convert("L").tobytes())
    with Image.open(Path("results") / row["image"]) as painted:
        assert painted.size == (128, 96)
    assert row["code"]["category"] == "Mug"
    assert row["source_image"] == str(example)


@pytest.mark.parametrize(
    ("kind", "name", "config", "said"),
    [
        ("ImageCaptioner", "LLaVACaptioner", {}, "model_path is missing"),
        ("ImageCaptioner", "LLaVACaptioner", {"model_path": "./no"}, "no model at ./no"),
        ("ImageCaptioner", "Phi3VCaptioner", {"model_path": "a/b"}, "on a server only"),
        ("ImageCaptioner", "GPTCaptioner", {}, "model is missing"),
        (
            "ImageCaptioner",
            "GPTCaptioner",
            {"model": "m", "api_key": "sk-2"},
            "a key must not stand in a recipe",
        ),
        ("ImageCaptioner", "EmbeddedCaptioner", {"kind": "poem"}, "valid: caption, paragraph"),
        ("ImageCaptioner", "QwenVLCaptioner", {"model_path": "a/b", "top_p": 0}, "top_p above 0"),
        ("ImageGenerator", "FLUXGenerator", {"model_path": "a/b", "width": 8}, "16 to 4096"),
        ("Segmenter", "Segmenter", {"backend": "sam3"}, "valid: embedded, sam, sam2"),
        ("Concepts", "Concepts", {"texts": []}, "texts is empty"),
    ],
)
def test_what_cannot_run_is_told_before(
    kind: str, name: str, config: dict[str, Any], said: str
) -> None:
    assert said in wrong(kind, name, config)


def test_recipes_of_others_are_read_as_they_are(tmp_path: Path) -> None:
    """The keys that recipes for vLLM carry, with a misspelling that is about."""
    model = tiny_vision.llava(tmp_path / "model")
    Path("r.yaml").write_text(
        f"""
meta_path: rows.jsonl
meta_folder: .
base_folder: intermediate_results/
save_folder: results/
image_key: image
text_key: text
steps:
  - type: ImageCaptioner
    name: LLaVACaptioner
    config:
      model_path: {model}
      trust_remote_code: true
      tensor_parallel_size: 1
      max_model_len: 4096
      max_num_seqs: 5
      temperature: 0.6
      top_p: 0.9
      top_k: 50
      repetition_penalty: 1.2
      prompt: What is shown?
      repeat_time: 1
      batch_size: 10
      max_tokens: 6
  - type: ImageGenerator
    name: EmbeddedGenerator
    config: {{height: 64, weight: 64}}
"""
    )
    recipe = spec.load("r.yaml")
    assert len(recipe.warnings) == 3
    config = recipe.steps[0].config
    assert (config.max_tokens, config.repetition_penalty) == (6, 1.2)  # type: ignore[attr-defined]
    run.run(recipe)
    base = Path("intermediate_results")
    assert (base / "step_1_ImageCaptioner_LLaVACaptioner/result.jsonl").is_file()
    assert Path("results/result.jsonl").is_file()
