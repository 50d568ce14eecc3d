"""What the page does when an object is edited, without a browser: states, texts, files."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest
from page_server import unserved
from PIL import Image

from geometry.program import dumps
from img2code import editing
from img2code.backends.fake import Fake
from img2code.history import History
from img2code.image import ImageError, open_image
from img2code.page import edit_panel, on_picture, opening
from img2code.page.edit import Edits
from img2code.page.shipped import EXAMPLES
from img2code.result import Result

REQUEST = SimpleNamespace(session_hash="edits123")


@pytest.fixture(scope="module")
def events() -> dict[str, Callable[..., Any]]:
    page = unserved(Fake())
    return {fn.api_name: fn.fn for fn in page.fns.values() if isinstance(fn.api_name, str)}


@pytest.fixture(scope="module")
def first() -> opening.Opening:
    loaded = opening.load(EXAMPLES)
    assert loaded is not None
    return loaded


def of(updates: dict[Any, Any], kind: type) -> Any:
    (value,) = [value for value in updates.values() if isinstance(value, kind)]
    return value


def told(updates: dict[Any, Any]) -> dict[str, Any]:
    (live,) = [v for v in updates.values() if isinstance(v, gr.HTML) and v.props.get("told")]
    return live.props["told"]


def asked(**data: Any) -> Any:
    return SimpleNamespace(_data=data)


def height(result: Result) -> float:
    return float(result.program.parts[0].parameters["height"][0])


def test_an_edit_is_shown_at_once_and_its_files_follow(
    events: dict[str, Callable[..., Any]], first: opening.Opening
) -> None:
    result, picture = first.result, str(first.picture)
    ask = asked(do="number", parameter="height", index=0, value=0.8, gesture=1)
    updates = events["edit"](result, None, picture, ask)
    edited, edits, shown = of(updates, Result), of(updates, Edits), told(updates)
    assert height(edited) == 0.8
    assert edited.fitted.overlap < result.fitted.overlap
    assert f"<b>{edited.fitted.overlap:.0%}</b>" in shown["said"]
    assert len(shown["layers"]) == 2
    assert shown["steps"] == {"undo": True, "redo": False, "reset": True}
    assert not shown["settled"]
    buttons = [v for v in updates.values() if isinstance(v, gr.DownloadButton)]
    assert len(buttons) == 7
    assert not any(button.interactive for button in buttons)

    again = asked(do="number", parameter="height", index=0, value=0.9, gesture=1)
    updates = events["edit"](edited, edits, picture, again)
    edited, edits = of(updates, Result), of(updates, Edits)
    settled = events["settle"](edited, edits, "none", REQUEST)
    events["deliver"](None, REQUEST)
    files = [Path(v.value["path"]) for v in settled.values() if isinstance(v, gr.DownloadButton)]
    assert len(files) == 7
    (code,) = [path for path in files if path.name.endswith("_code.json")]
    assert json.loads(code.read_text())["conceptualization"][0]["parameters"]["height"] == [0.9]
    assert told(settled)["settled"]
    assert edited.token_code != result.token_code
    # what was changed meanwhile is not lost
    assert not any(isinstance(v, Result | Edits) for v in settled.values())

    undone = events["edit"](edited, edits, picture, asked(do="undo"))
    back = of(undone, Result)  # the whole gesture
    assert back.program == result.program
    assert back.token_code == result.token_code


def test_what_cannot_be_built_is_said_and_changes_nothing(
    events: dict[str, Callable[..., Any]], first: opening.Opening
) -> None:
    ask = asked(do="number", parameter="height", index=0, value=1e9)
    updates = events["edit"](first.result, None, None, ask)
    assert not any(isinstance(value, Result | Edits) for value in updates.values())
    said = of(updates, gr.HTML).value
    assert "expected a finite number" in said
    assert "1000000000" not in said


@pytest.mark.parametrize(
    "data",
    [
        None,
        "undo",
        {"do": "delete"},
        {"do": "choose", "part": 99},
        {"do": "choose", "part": "0"},
        {"do": "number", "parameter": "height", "index": 0, "value": "0.8"},
        {"do": "number", "parameter": "height", "index": 0, "value": float("nan")},
        {"do": "number", "parameter": "height", "index": 0, "value": True},
    ],
)
def test_what_no_panel_asks_is_refused(
    events: dict[str, Callable[..., Any]], first: opening.Opening, data: Any
) -> None:
    with pytest.raises(gr.Error):
        events["edit"](first.result, None, None, SimpleNamespace(_data=data))


@pytest.mark.parametrize("secret", ["/etc/passwd", "<img src=x>", "Cuboidal_Bodyguard"])
def test_a_text_that_is_no_code_is_not_said_again(
    events: dict[str, Callable[..., Any]], first: opening.Opening, secret: str
) -> None:
    text = dumps(first.result.program, digits=4)
    for wrong in (
        secret,
        text.replace("Cuboidal_Body", secret, 1),
        text.replace('"height"', json.dumps(secret), 1),
        text.replace('"category"', json.dumps(secret), 1),
        text.replace('"height": [', f'"height": [{json.dumps(secret)}, ', 1),
    ):
        updates = events["typed"](wrong, first.result, None, None)
        (said,) = updates.values()
        assert "Line " in said
        assert "data-offset" in said
        assert secret not in said
        assert not any(isinstance(value, Result) for value in updates.values())


def test_a_code_that_is_typed_is_shown(
    events: dict[str, Callable[..., Any]], first: opening.Opening
) -> None:
    code = first.result.code
    code["conceptualization"][0]["parameters"]["height"] = [0.7]
    updates = events["typed"](json.dumps(code), first.result, None, str(first.picture))
    edited, edits = of(updates, Result), of(updates, Edits)
    assert height(edited) == 0.7
    settled = events["settle"](edited, edits, "none", REQUEST)
    events["deliver"](None, REQUEST)
    texts = [value for value in settled.values() if isinstance(value, str)]
    assert not any('"height": [0.7]' in text for text in texts)  # it stays as it was typed


def test_a_panel_has_a_field_for_every_number_and_escapes_names(first: opening.Opening) -> None:
    panel = edit_panel.panel(History.begin(first.result), 0)
    numbers = editing.numbers(first.result.program, 0)
    assert panel.count('type="range"') == sum(each.kind != "flag" for each in numbers)
    assert panel.count("aria-pressed") == len(first.result.program.parts)
    assert edit_panel.text(-0.0000001) == "0"


def test_a_drawn_mask_is_read(first: opening.Opening) -> None:
    picture = open_image(first.picture)
    assert first.result.fitted is not None
    assert first.result.fitted.mask is not None
    over = on_picture.over_picture(picture, first.result.fitted.mask, 300)
    content = io.BytesIO()
    over.save(content, "PNG")
    sent = "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()
    found = on_picture.drawn_mask(first.picture, {"mask": sent})
    again = on_picture.over_picture(picture, found, 300)
    assert np.mean(np.asarray(again) == np.asarray(over)) > 0.99
    for wrong in (None, {}, {"mask": 7}, {"mask": "data:image/png;base64,%%%"}, {"mask": "x"}):
        with pytest.raises(gr.Error):
            on_picture.drawn_mask(first.picture, wrong)
    black = io.BytesIO()
    Image.new("L", over.size).save(black, "PNG")
    sent = "data:image/png;base64," + base64.b64encode(black.getvalue()).decode()
    with pytest.raises(ImageError):
        on_picture.drawn_mask(first.picture, {"mask": sent})
