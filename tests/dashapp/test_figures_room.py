from typing import Any

import pytest

from dashapp.figures.base import empty_figure, roomy


def figure(names: list[str], title: str = "Net sales [€]", **layout: Any) -> dict[str, Any]:
    axes = {"xaxis": {"title": {"text": title}}, "yaxis": {"ticktext": names, "range": [1, 0]}}
    return {"data": [], "layout": axes | layout}


def test_names_get_the_room_that_their_longest_line_needs() -> None:
    one, longer = (roomy(figure([name]))["layout"]["margin"]["l"] for name in ("Ulm", "Ulm<br>0123456789"))
    assert longer - one == pytest.approx(7 * 6.3, abs=1)  # ten letters instead of three


def test_a_second_line_of_the_title_gets_its_own() -> None:
    assert "b" not in roomy(figure(["Ulm"]))["layout"]["margin"]
    assert roomy(figure(["Ulm"], "Change<br>of sales"))["layout"]["margin"]["b"] == 68


def test_what_a_figure_asks_for_itself_counts() -> None:
    assert roomy(figure(["Ulm"], margin={"l": 5}))["layout"]["margin"]["l"] == 5
    assert roomy({"data": [], "layout": {}}) == {"data": [], "layout": {"margin": {}}}


def test_a_phone_shortens_long_names_and_leaves_the_figure_as_it_was() -> None:
    wide = figure(["Hearth & Finch Stonehaven Cross<br>+€1,321", "Ulm"])
    phone = roomy(wide, narrow=True)["layout"]["yaxis"]
    assert phone["ticktext"] == ["Hearth & Finch St…<br>+€1,321", "Ulm"]
    assert phone["range"] == [1, 0]
    assert wide["layout"]["yaxis"]["ticktext"][0].startswith("Hearth & Finch Stonehaven")


def test_a_phone_breaks_a_long_title_into_lines() -> None:
    long = figure(["Ulm"], "Would spend more next quarter [€] · largest 10 of 15")
    phone = roomy(long, narrow=True)["layout"]
    assert phone["xaxis"]["title"]["text"] == "Would spend more next quarter<br>[€] · largest 10 of 15"
    assert phone["margin"]["b"] == 68
    assert roomy(long)["layout"]["xaxis"]["title"]["text"] == long["layout"]["xaxis"]["title"]["text"]
    assert "b" not in roomy(figure(["Ulm"]), narrow=True)["layout"]["margin"]


def test_a_phone_breaks_a_message_into_lines() -> None:
    message = "Nothing to compare with: no earlier period. Choose other quarters."
    told = roomy(empty_figure(message), narrow=True)["layout"]["annotations"][0]["text"]
    assert told == "Nothing to compare with: no earlier<br>period. Choose other quarters."
    assert roomy(empty_figure(message))["layout"]["annotations"][0]["text"] == message
