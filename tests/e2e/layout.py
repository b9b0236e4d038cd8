"""Where the parts of a page stand: their boxes at three widths, by the id of the part."""

from typing import Final

from playwright.sync_api import Page

from tests.e2e import screen

Boxes = dict[str, list[int]]  # part → x, y, width, height in px
WIDTHS: Final = {"phone": (390, 844), "tablet": (820, 1180), "desk": (1440, 900)}
QUERY: Final = "?quarter=last4"
KNOWN: Final = "localStorage.setItem('welcomed', '1')"  # not a first visit
MEASURE: Final = """() => {
  const parts = { header: ".header", filters: ".filter-bar", sentence: ".sentence", cards: ".kpis" };
  const found = {};
  const add = (name, part) => {
    const { x, y, width, height } = part.getBoundingClientRect();
    if (width && height) found[name] = [x, y + scrollY, width, height].map(Math.round);
  };
  Object.entries(parts).forEach(([name, selector]) => {
    const part = document.querySelector(selector);
    if (part) add(name, part);
  });
  document.querySelectorAll("[data-panel]").forEach((panel) => add(panel.dataset.panel, panel));
  document.querySelectorAll("[data-kind=grid]").forEach((panel) => {
    add("grid of " + panel.dataset.panel, panel.querySelector(".ag-root-wrapper"));
  });
  return found;
}"""


def measured(page: Page, path: str) -> dict[str, Boxes]:
    """The boxes of a page, by the name of the width."""
    found: dict[str, Boxes] = {}
    screen.opened(page, path + QUERY)
    for name, (width, height) in WIDTHS.items():
        screen.resized(page, width, height)
        found[name] = boxes(page)
    return found


def boxes(page: Page) -> Boxes:
    """Those of a page as it is."""
    found: Boxes = page.evaluate(MEASURE)
    return found


def different(now: Boxes, then: Boxes, width: int) -> list[str]:
    """What a person would see as broken, in words."""
    said = [f"{name} is gone" for name in then.keys() - now.keys()]
    said += [f"{name} is new: run `make screenshots`" for name in now.keys() - then.keys()]
    for name in sorted(now.keys() & then.keys()):
        said += [f"{name}: {what}" for what in _moved(now[name], then[name])]
    said += [f"{name} is wider than the screen" for name, (x, _y, w, _h) in now.items() if x < 0 or x + w > width]
    return said + overlapping(now)


def overlapping(boxes: Boxes) -> list[str]:
    """Parts that lie on one another; a grid lies in its panel."""
    parts = [item for item in sorted(boxes.items()) if not item[0].startswith("grid of ")]
    return [
        f"{a} and {b} overlap"
        for i, (a, one) in enumerate(parts)
        for b, other in parts[i + 1 :]
        if all(min(one[d] + one[d + 2], other[d] + other[d + 2]) - max(one[d], other[d]) > 1 for d in (0, 1))
    ]


def _moved(now: list[int], then: list[int]) -> list[str]:
    """Other fonts move things a little: 24 px or 12 % are nothing."""
    names = ("left", "top", "width", "height")
    return [
        f"{name} {is_} px instead of {was} px"
        for name, is_, was in zip(names, now, then, strict=True)
        if abs(is_ - was) > max(24, 0.12 * was)
    ]
