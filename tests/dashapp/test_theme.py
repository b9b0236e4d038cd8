import itertools
import math
import re

import plotly.graph_objects as go
import pytest

from dashapp import theme
from dashapp.figures.base import empty_figure

# How each kind of colour vision maps linear RGB: Machado, Oliveira & Fernandes (2009), full severity.
VISION = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deutan": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritan": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}
TOKENS = (theme.ASSETS / "2-app" / "00-tokens.css").read_text()


def linear(colour: str) -> list[float]:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(colour: str) -> float:
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(a: str, b: str) -> float:
    """WCAG 2 contrast ratio."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, vision: str) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of a colour as that vision sees it."""
    r, g, b = (sum(m * c for m, c in zip(row, linear(colour), strict=True)) for row in VISION[vision])
    xyz = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505, 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    x, y, z = (max(t, 0.0) ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (*xyz, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def token(name: str, mode: str) -> str:
    block = TOKENS.split(f'[data-bs-theme="{mode}"] {{')[1]
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}})", block)
    assert found
    return found[1]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_series_stand_out_from_the_surface(mode: str) -> None:
    assert all(contrast(colour, token("surface", mode)) >= 3 for colour in theme.SERIES)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_is_readable(mode: str) -> None:
    for name in ("bs-body-color", "bs-secondary-color", "bs-emphasis-color", "accent", "good", "bad"):
        for ground in ("surface", "page"):
            assert contrast(token(name, mode), token(ground, mode)) >= 4.5, (name, ground)


@pytest.mark.parametrize("vision", VISION)
def test_series_are_told_apart_in_every_colour_vision(vision: str) -> None:
    """A difference of 20 in CIELAB is plain to see; about 2 is the least that is noticed."""
    seen = [lab(colour, vision) for colour in theme.SERIES]
    assert min(math.dist(a, b) for a, b in itertools.combinations(seen, 2)) >= 20


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_templates_are_valid_and_small(mode: str) -> None:
    figure = go.Figure({"data": [], "layout": {"template": theme.TEMPLATES[mode]}})
    assert figure.layout.template.layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert len(str(theme.TEMPLATES[mode])) < 1500


def test_both_themes_colour_an_entity_alike() -> None:
    assert theme.TEMPLATES["light"]["layout"]["colorway"] == theme.TEMPLATES["dark"]["layout"]["colorway"]


def test_an_empty_figure_is_valid_and_says_why() -> None:
    figure = go.Figure(empty_figure("No sales in these quarters."))
    assert figure.layout.annotations[0].text == "No sales in these quarters."
    assert figure.layout.xaxis.visible is False
