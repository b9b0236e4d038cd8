"""Files and pictures, taken away through the menus that people use."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from playwright.sync_api import Download, Page, expect

from tests.e2e import screen
from tests.e2e.watch import Watch

QUERY = "?quarter=last4"
SLOW = """() => {
  const real = window.fetch;
  const line = (values) => new TextEncoder().encode(JSON.stringify(values) + "\\n");
  window.fetch = (address, options) => {
    if (!String(address).startsWith("/export/")) return real(address, options);
    const body = new ReadableStream({
      start(stream) {
        stream.enqueue(line({ rows: 250, of: 1000 }));
        options.signal.addEventListener("abort", () => { window.stopped = true; stream.error(options.signal.reason); });
      },
    });
    return Promise.resolve(new Response(body, { headers: { "Content-Type": "application/octet-stream" } }));
  };
}"""


def item(page: Page, panel: str, form: str) -> None:
    """Picks a kind of file in the menu of a panel."""
    frame = page.locator(f"[data-panel={panel}]")
    frame.scroll_into_view_if_needed()
    frame.locator("summary").click()
    frame.locator(f"[data-export][data-format={form}]").click()


def taken(page: Page, panel: str, form: str) -> Download:
    with page.expect_download() as download:
        item(page, panel, form)
    return download.value


def records(download: Download) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Path(download.path()).read_text("utf-8-sig"))))


def test_a_csv_has_every_row_and_the_columns_of_the_table(page: Page) -> None:
    """A chart of fifteen products at most; the file has every one."""
    screen.opened(page, f"/stores{QUERY}&stores-split=product")
    download = taken(page, "stores-who", "csv")
    assert re.fullmatch(r"stores-who_\d{4}-\d\d-\d\d_[\w.-]+\.csv", download.suggested_filename)
    rows = records(download)
    said = page.locator("#stores-who").get_by_text(re.compile(r"largest \d+ of \d+")).first.text_content() or ""
    count = re.search(r"of ([\d,]+)", said)
    assert count
    assert len(rows) == int(count[1].replace(",", "")) > 15
    page.locator("#stores-who-table").check()
    heads = page.locator("#stores-who-rows thead th")
    expect(heads.first).to_be_visible()
    assert len(set(rows[0])) >= heads.count()


def test_a_workbook_tells_filter_and_version(page: Page) -> None:
    screen.opened(page, f"/stores{QUERY}&chain=Alderway")
    version: Any = page.evaluate("window.dash_component_api.getLayout('version').props.data")
    with ZipFile(taken(page, "stores-ranking", "xlsx").path()) as book:
        sheets = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        about = "".join(book.read(name).decode() for name in book.namelist() if re.search("sheet2|sharedStr", name))
    assert sheets == ["Data", "About"]
    assert "Alderway" in about
    assert version in about


def test_pictures_of_a_chart(page: Page) -> None:
    screen.opened(page, f"/stores{QUERY}")
    png = Path(taken(page, "stores-ranking", "png").path()).read_bytes()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(png) > 5_000
    svg = Path(taken(page, "stores-ranking", "svg").path()).read_text("utf-8")
    assert "Which are highest?" in svg
    assert page.locator("#filters-summary").inner_text() in re.sub(r"</text><text[^>]*>", " ", svg)


def test_the_file_of_a_grid_has_its_order_and_its_conditions(page: Page) -> None:
    screen.opened(page, f"/stores{QUERY}")
    grid = screen.seen(page, "stores-table")
    screen.settled(page)
    grid.get_by_role("textbox", name="Chain Filter").fill("alder")
    expect(screen.column(page, "chain")).to_have_text(["Alderway"] * 3)
    head = grid.get_by_role("columnheader", name=re.compile("^Store"))
    for order in ("ascending", "descending"):
        head.click()
        expect(head).to_have_attribute("aria-sort", order)
        screen.settled(page)
        shown = screen.column(page, "store_name").all_text_contents()
        rows = records(taken(page, "stores-table", "csv"))
        assert [row["Store"] for row in rows] == shown == sorted(shown, reverse=order == "descending")
        assert [row["Chain"] for row in rows] == ["Alderway"] * 3


def test_a_long_file_tells_how_far_it_is_and_can_be_cancelled(page: Page) -> None:
    screen.opened(page, f"/stores{QUERY}")
    page.evaluate(SLOW)
    item(page, "stores-ranking", "csv")
    notice = page.locator(".notice.export")
    expect(notice).to_contain_text("250 of 1,000 rows")
    assert notice.get_by_role("progressbar").evaluate("bar => bar.value / bar.max") == 0.25
    notice.get_by_role("button", name="Cancel").click()
    expect(notice).to_have_count(0)
    assert page.evaluate("window.stopped") is True


def test_a_file_that_fails_says_so_and_is_tried_again(page: Page, watch: Watch) -> None:
    watch.allow("status 500", "status of 500")
    screen.opened(page, f"/stores{QUERY}")
    message = json.dumps({"error": 500, "message": "The disk is full."})
    page.route("**/export/**", lambda route: route.fulfill(status=500, body=message, content_type="application/json"))
    item(page, "stores-ranking", "csv")
    notice = page.locator(".notice.export.failed")
    expect(notice).to_contain_text("What you see is still as it was", timeout=2_000)
    page.unroute("**/export/**")
    with page.expect_download() as download:
        notice.get_by_role("button", name="Try again").click()
    assert len(records(download.value)) > 5
    expect(notice).to_have_count(0)
