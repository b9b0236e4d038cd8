"""Thousands of bodies that no page of ours sends: each is refused or answered in words, none breaks anything."""

import copy
import json
import logging
import random
from collections.abc import Iterator
from typing import Any, Final

import pytest
from dash import Dash

from tests.dashapp.conftest import body
from tests.dashapp.test_callbacks import initial
from tests.dashapp.visitors import visitor

SEED: Final = 20_261_126
EACH: Final = 50  # broken bodies of every callback
ODD: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 1e308, float("inf"), float("nan"), 10**4000, "", " ", "x" * 5000, "\x00", "\ud800", "２", "S01",
    "../../etc/passwd", "<script>alert(1)</script>", "' OR 1=1 --", "2024-02-30", "{}", "=1+1", [], {}, [[]],
    [None] * 600, {"": {}},
    {"$ne": None}, {"id": "filters"}, ["a", 1, None], {"filters": {"stores": 5}}, {"type": "contains"},
    {"startRow": -5, "endRow": 1e9}, {"startRow": 0, "endRow": 10, "sortModel": 7}, {"startRow": 0, "endRow": 10,
    "filterModel": {"net_sales": {"type": "inRange", "filter": "x"}}}, {"startRow": 0, "endRow": 1, "sortModel": [{}]},
)  # fmt: skip
SCENARIOS: Final = ("stock_level:9e99", "stock_level:", ":", "stock_level:1.2;" * 50, "stock_level:nan", "?:1", "a:b:c")


def broken(honest: dict[str, Any], draw: random.Random) -> Any:
    """The body with one to three of its parts replaced, removed, doubled or moved."""
    found = copy.deepcopy(honest)
    for _ in range(draw.randint(1, 3)):
        holder, key = draw.choice(list(places(found)))
        change = draw.randrange(5)
        if change == 0:
            holder[key] = draw.choice(SCENARIOS)
        elif change == 1 and isinstance(holder, dict):
            del holder[key]
        elif change == 2 and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        else:
            holder[key] = copy.deepcopy(draw.choice(ODD))
        if not isinstance(found, dict) or not found:
            break
    return found


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every part of a body, as what holds it and its key there."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from places(value[key])


def wrong_values(honest: dict[str, Any], draw: random.Random) -> Any:
    """A body of the right shape whose values are of any kind, so that they reach the callback itself."""
    found = copy.deepcopy(honest)
    for part in [*found["inputs"], *found["state"]]:
        if draw.random() < 0.5:
            part["value"] = draw.choice((*ODD, *SCENARIOS))
    return found


@pytest.mark.parametrize("maker", [broken, wrong_values], ids=["shape", "values"])
def test_nothing_breaks(app: Dash, maker: Any, caplog: pytest.LogCaptureFixture) -> None:
    client, draw = visitor(app), random.Random(SEED)
    values = dict(initial(app, client)) | {"filters.data": {}, "url.pathname": "/stores"}
    sent = 0
    with caplog.at_level(logging.ERROR):
        for name in [id_ for id_, found in app.callback_map.items() if "callback" in found]:
            honest = body(app, name.strip(".").split("...")[0], values)
            for _ in range(EACH):
                text = json.dumps(maker(honest, draw))
                answer = client.post("/_dash-update-component", data=text, content_type="application/json")
                assert answer.status_code in (200, 204, 400, 413), (name, text[:2000])
                assert "Traceback" not in answer.text
                assert caplog.text == "", (name, text[:2000])
                sent += 1
    assert sent >= 2500, sent


RAW = (b"", b"{", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000, b'"' + b"\\ud800" + b'"', b"{}" * 3, b"NaN")


@pytest.mark.parametrize("text", RAW, ids=[str(number) for number in range(len(RAW))])
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", "application/x+json", ""])
def test_what_is_no_json_is_refused_plainly(app: Dash, text: bytes, kind: str) -> None:
    answer = visitor(app).post("/_dash-update-component", data=text, content_type=kind)
    assert answer.status_code in (400, 413, 415)
    assert answer.json is not None
    assert answer.json["message"]
