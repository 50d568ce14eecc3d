"""Programs call the page's endpoint: a code and a GLB come back, and nothing else does."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import numpy as np
import pytest
import trimesh
from gradio.state_holder import SessionState
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from mcp import ClientSession, types
from mcp.client.streamable_http import streamable_http_client
from page_server import FILE, REPOSITORY, WAYS, Served, picture, served, trapped, unserved

import geometry
from geometry.errors import UserError
from img2code import limits
from img2code.backends import fake
from img2code.cli.main import main
from img2code.page import Itself, mcp_server

pytestmark = pytest.mark.slow
PATIENT = {"timeout": 240}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
SECRET = "planted-secret-that-nobody-may-read"


@pytest.fixture(scope="module", params=WAYS)
def page(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    with served(request.param, tmp_path_factory.mktemp("page")) as page:
        yield page


@pytest.fixture
def client(page: Served, tmp_path: Path) -> Iterator[Client]:
    client = Client(page.address, verbose=False, download_files=str(tmp_path), httpx_kwargs=PATIENT)
    yield client
    client.close()


@pytest.fixture(scope="module", params=WAYS)
def tools(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The page with its MCP server."""
    with served(request.param, tmp_path_factory.mktemp("tools"), "--mcp") as page:
        yield page


@pytest.fixture
def red(tmp_path: Path) -> Path:
    path = tmp_path / "red.png"
    path.write_bytes(picture())
    return path


def check(code: dict[str, Any], glb: Path | bytes, category: str) -> None:
    """The GLB is the code's mesh."""
    assert code["category"] == category
    expected = geometry.mesh(code)
    loaded = trimesh.load_scene(
        trimesh.util.wrap_as_stream(glb) if isinstance(glb, bytes) else glb, file_type="glb"
    )
    assert len(loaded.geometry) >= 1
    assert np.allclose(np.sort(loaded.extents), np.sort(expected.extents), rtol=1e-3)


def test_a_picture_becomes_a_code_and_a_glb(client: Client, red: Path) -> None:
    code, glb = client.predict(picture=handle_file(red), category="Mug", api_name="/predict")
    check(code, Path(glb), "Mug")
    code, glb = client.predict(picture=handle_file(red), api_name="/predict")
    check(code, Path(glb), code["category"])


def test_the_documentation_does_what_it_says(page: Served, red: Path, tmp_path: Path) -> None:
    text = (REPOSITORY / "docs" / "page-api.md").read_text()
    example = text.split("```python\n")[1].split("```")[0]
    for written, here in (
        ('"http://127.0.0.1:7860/"', f"{page.address!r}, download_files={str(tmp_path)!r}"),
        ('"mug.jpg"', repr(str(red))),
    ):
        assert written in example
        example = example.replace(written, here)
    names: dict[str, Any] = {}
    exec(example, names)
    check(names["code"], Path(names["glb"]), "Mug")
    names["client"].close()


def test_predict_is_all_that_programs_find(client: Client) -> None:
    assert list(client.view_api(return_format="dict")["named_endpoints"]) == ["/predict"]
    for name in ("/generate", "/check", "/build"):
        with pytest.raises(ValueError, match=r"api_name|endpoint"):
            client.predict(api_name=name)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no picture", "This file is not an image."),
        (b"", "This file is empty."),
        (picture()[:90], "This image file"),
    ],
)
def test_a_bad_picture_is_told_in_a_sentence(
    client: Client, tmp_path: Path, content: bytes, sentence: str
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(content)
    with pytest.raises(AppError) as refusal:
        client.predict(picture=handle_file(bad), api_name="/predict")
    assert sentence in str(refusal.value)
    assert "/" not in str(refusal.value)


def test_an_unknown_category_and_a_missing_picture_are_told(client: Client, red: Path) -> None:
    with pytest.raises(AppError, match="Mugg"):
        client.predict(picture=handle_file(red), category="Mugg", api_name="/predict")
    with pytest.raises(AppError, match="There is no picture"):
        client.predict(picture=None, api_name="/predict")


def test_a_program_without_our_client_uses_plain_requests(page: Served) -> None:
    """As docs/page-api.md shows it; and no file but an upload goes in on this way."""

    def call(file: Any, category: Any = "Mug") -> str:
        joined = page.client.post(
            f"{page.address}/gradio_api/call/predict", json={"data": [file, category]}
        )
        event = joined.json()["event_id"]
        return page.get(f"/gradio_api/call/predict/{event}").text

    uploaded = {"path": page.upload(picture()), "meta": FILE}
    assert "event: complete" in call(uploaded)
    for path in ("/etc/passwd", "/dev/zero", "http://127.0.0.1:9/x.png", "file:///etc/passwd"):
        hostile = {"path": path, "meta": FILE}
        for answer in (call(hostile), call(uploaded, hostile)):
            assert "event: error" in answer
            assert path not in answer
            assert "root:" not in answer


def test_without_the_switch_there_is_no_mcp_server(page: Served) -> None:
    for path in ("/gradio_api/mcp", "/gradio_api/mcp/", "/gradio_api/mcp/sse"):
        for method in ("GET", "POST"):
            answer = page.client.request(method, page.address + path, json=LIST)
            assert answer.status_code == 404, (method, path)


@pytest.mark.parametrize("way", WAYS)
def test_no_variable_turns_gradios_own_mcp_server_on(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_MCP_SERVER", "true")
    with served(way, tmp_path) as page:
        answer = page.client.post(f"{page.address}/gradio_api/mcp/", json=LIST)
        assert answer.status_code == 404


def ask(
    page: Served, *calls: dict[str, Any]
) -> tuple[list[types.Tool], list[types.CallToolResult]]:
    """The tools of the page, and what `predict` answers to each set of arguments."""

    async def talk() -> tuple[list[types.Tool], list[types.CallToolResult]]:
        http = httpx.AsyncClient(timeout=240)
        address = f"{page.address}/gradio_api/mcp/"
        async with (
            http,
            streamable_http_client(address, http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            return tools, [await session.call_tool("predict", given) for given in calls]

    return asyncio.run(talk())


def post(page: Served, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
    """A request as MCP clients send them, without one."""
    accept = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    address = f"{page.address}/gradio_api/mcp/"
    return page.client.post(address, headers=accept | (headers or {}), timeout=240, **body)


def data_uri(content: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def text(result: types.CallToolResult) -> str:
    return " ".join(block.text for block in result.content if isinstance(block, types.TextContent))


def test_an_mcp_client_finds_the_tool_and_predicts(tools: Served) -> None:
    uploaded = tools.upload(picture("blue"))
    found, results = ask(
        tools,
        {"picture": data_uri(picture()), "category": "Mug"},
        {"picture": uploaded},
    )
    (tool,) = found
    assert tool.name == "predict"
    assert "Mug" in (tool.description or "")
    assert set(tool.inputSchema["properties"]) == {"picture", "category"}
    assert tool.inputSchema["required"] == ["picture"]
    assert "upload" in tool.inputSchema["properties"]["picture"]["description"]
    for result, category in zip(results, ("Mug", None), strict=True):
        assert not result.isError, text(result)
        code, glb = (b.text for b in result.content if isinstance(b, types.TextContent))
        made = json.loads(code)
        assert glb.startswith(f"{tools.address}/gradio_api/file=")
        check(made, tools.client.get(glb).content, category or made["category"])


def test_an_mcp_client_reads_no_file_and_has_nothing_fetched(tools: Served, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(SECRET)
    secret = str(tmp_path / "secret.txt")
    with trapped() as (address, asked):
        hostile: list[Any] = [
            *(
                secret,
                "/dev/zero",
                str(tmp_path),
                "file:///etc/passwd",
                f"{address}/a.png",
                "",
                "\0",
            ),
            *("data:image/png;base64,%%%", "data:text/plain,x", data_uri(b""), data_uri(b"no")),
            *({"path": p, "meta": FILE} for p in (secret, "/dev/zero", f"{address}/b.png")),
            [{"path": secret, "meta": FILE}],
            {"url": f"{address}/c.png", "meta": FILE},
        ]
        calls = [{"picture": one} for one in hostile]
        calls += [{"picture": data_uri(picture()), "category": one} for one in hostile if one]
        _, results = ask(tools, *calls)
    for given, result in zip(calls, results, strict=True):
        answer = text(result)
        assert result.isError, given
        assert SECRET not in answer
        assert str(tools.uploads) not in answer, given
        assert not re.search(r"Traceback|Errno", answer), answer
    assert not asked, "the server fetched what a tool call named"
    copies = [
        p for p in tools.uploads.rglob("*") if p.is_file() and SECRET in p.read_text("latin-1")
    ]
    assert not copies
    assert tools.client.get(tools.live).status_code == 200


def test_an_mcp_request_says_nothing_about_where_the_page_is(tools: Served) -> None:
    """Gradio's server would connect to the host that the first request names, for ever after."""
    call = {"name": "predict", "arguments": {"picture": data_uri(picture("green"))}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    with trapped() as (address, asked):
        elsewhere = {"x-forwarded-host": address.removeprefix("http://")}
        answer = post(tools, json=body, headers=elsewhere)
    assert answer.status_code == 200
    assert "conceptualization" in answer.text
    assert not asked


@pytest.mark.parametrize("size", [4 * 1024**2, limits.MAX_BODY_BYTES])
def test_pictures_in_mcp_requests_are_bounded(tools: Served, size: int) -> None:
    """Larger ones are uploaded, where they are bounded too."""
    before = sorted(tools.uploads.rglob("*"))
    call = {"name": "predict", "arguments": {"picture": data_uri(bytes(size))}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}).encode()
    for content in (body, iter([body])):  # with its length, and in chunks
        answer = post(tools, content=content)
        assert answer.status_code == 413
    assert sorted(tools.uploads.rglob("*")) == before
    assert tools.client.get(tools.live).status_code == 200


@pytest.mark.parametrize("path", ["sse", "messages/", "schema", "http"])
def test_one_way_leads_to_the_tools(tools: Served, path: str) -> None:
    for method in ("GET", "POST"):
        answer = tools.client.request(method, f"{tools.address}/gradio_api/mcp/{path}", json=LIST)
        assert answer.status_code == 404
    assert tools.client.get(f"{tools.address}/gradio_api/mcp/").status_code == 405


@pytest.mark.parametrize("method", ["prompts/get", "resources/read", "resources/list"])
def test_the_page_has_tools_alone(tools: Served, method: str) -> None:
    params = {
        "name": "predict",
        "uri": "file:///etc/passwd",
        "arguments": {"picture": "/etc/passwd"},
    }
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answer = post(tools, json=body)
    assert "Method not found" in answer.text


def test_an_mcp_client_may_ask_for_progress(tools: Served) -> None:
    params = {
        "name": "predict",
        "arguments": {"picture": data_uri(picture("white")), "category": "Box"},
        "_meta": {"progressToken": 7},
    }
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    lines = post(tools, json=body).text.splitlines()
    told = [json.loads(line[5:]) for line in lines if line.startswith("data:")]
    assert told[0]["method"] == "notifications/progress"
    code, glb = (block["text"] for block in told[-1]["result"]["content"])
    check(json.loads(code), tools.client.get(glb).content, "Box")


@pytest.fixture(scope="module")
def built() -> gr.Blocks:
    return unserved(fake.load(pause=0))


def test_predict_shares_the_limit_of_the_pages_own_runs(built: gr.Blocks) -> None:
    runs = [fn for fn in built.fns.values() if fn.api_name in ("generate", "generate_1", "predict")]
    assert len(runs) == 3
    assert {(fn.concurrency_id, fn.concurrency_limit) for fn in runs} == {
        (limits.RUNS, limits.CONCURRENT_RUNS)
    }
    public = [fn.api_name for fn in built.fns.values() if fn.api_visibility != "private"]
    assert public == ["predict"]


def test_every_event_goes_through_the_queue(built: gr.Blocks) -> None:
    """Others would be sent to `run/`, which is closed: a Stop button that does nothing."""
    assert [fn.name for fn in built.fns.values() if fn.fn is not None and not fn.queue] == []


def test_the_mcp_server_asks_no_request_where_it_is(built: gr.Blocks) -> None:
    with pytest.raises(ValueError, match="still starting"):
        _ = mcp_server.McpServer(built, Itself(None, "")).local_url


def test_what_programs_leave_is_deleted_with_the_uploads(built: gr.Blocks, red: Path) -> None:
    server = mcp_server.McpServer(built, Itself(None, ""))
    given = {"picture": data_uri(picture("yellow")), "category": "Mug"}
    file = server.convert_strings_to_filedata(given, [["picture", "anyOf"]])["picture"]
    (predict,) = (fn for fn in built.fns.values() if fn.api_name == "predict")
    made = asyncio.run(built.process_api(predict, [file, "Mug"], SessionState(built)))
    deleted = {path for paths in built.temp_file_sets for path in paths}
    assert {file["path"], made["data"][1]["path"]} <= deleted


def test_the_command_line_has_the_switch(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[bool] = []

    def serve(*_: Any, mcp: Any, **__: Any) -> None:
        asked.append(bool(mcp))
        raise UserError("Not today.")

    monkeypatch.setattr("img2code.page.serve", serve)
    monkeypatch.setattr("img2code.page.mount", serve)
    for command in (["app"], ["serve", "--page", "--port", "0"]):
        for switch in ([], ["--mcp"]):
            assert main([*command, "--backend", "fake", *switch]) == 1
            assert "Not today." in capsys.readouterr().err
    assert asked == [False, True] * 2
    assert main(["serve", "--backend", "fake", "--mcp"]) == 1
    assert "Add --page." in capsys.readouterr().err


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_server.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"img2code\[mcp\]"):
        mcp_server.application(None, Itself(None, ""))  # type: ignore[arg-type]
