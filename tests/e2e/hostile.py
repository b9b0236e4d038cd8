"""Names that would be markup or script where a page took them for that, and a retailer in which all names are such."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
from playwright.sync_api import Page

from analytics.filters import MAX_TEXT
from data.demo import DemoSpec, build

ELSEWHERE: Final = "//pwn.example"
# {n} is the number of the payload: what runs says which one it was.
PAYLOADS: Final = tuple(
    text.replace("{n}", str(n))
    for n, text in enumerate(
        [
            "<script>pwn({n})</script>",
            "<ScRiPt >pwn({n})</sCrIpT>",
            "<<script>pwn({n})//<</script>",
            "</script><script>pwn({n})</script>",
            "</title><script>pwn({n})</script>",
            "</textarea><img src=x onerror=pwn({n}) class=pwn>",
            "</style><img src=x onerror=pwn({n}) class=pwn>",
            "<img src=x onerror=pwn({n}) class=pwn>",
            "<img/src=x/onerror=pwn({n})/class=pwn//",
            '"><img src=x onerror=pwn({n}) class=pwn>',
            "'><img src=x onerror=pwn({n}) class=pwn>",
            "`><img src=x onerror=pwn({n}) class=pwn>",
            "<svg onload=pwn({n}) class=pwn>",
            "<svg><animate onbegin=pwn({n}) attributeName=x dur=1s class=pwn>",
            "<svg><script>pwn({n})</script></svg>",
            "<math><mtext><table><mglyph><style><img src=x onerror=pwn({n}) class=pwn>",
            '<iframe srcdoc="<script>parent.pwn({n})</script>" class=pwn></iframe>',
            '<iframe src="javascript:parent.pwn({n})" class=pwn></iframe>',
            '<a href="javascript:pwn({n})" class=pwn>a link</a>',
            f'<a href="https:{ELSEWHERE}/" class=pwn>another link</a>',
            "<b class=pwn>bold</b><br><i>slanted</i>",
            f"<style class=pwn>*{{background:url({ELSEWHERE}/)}}</style>",
            f"<link class=pwn rel=stylesheet href={ELSEWHERE}/>",
            "<body onload=pwn({n}) class=pwn>",
            "<input autofocus onfocus=pwn({n}) class=pwn>",
            "<details open ontoggle=pwn({n}) class=pwn><summary>more</summary></details>",
            "<video class=pwn><source onerror=pwn({n}) src=x></video>",
            "<audio src=x onerror=pwn({n}) class=pwn>",
            '<object data="javascript:pwn({n})" class=pwn></object>',
            '<embed src="javascript:pwn({n})" class=pwn>',
            '<form action="javascript:pwn({n})" class=pwn><button>Go</button></form>',
            '<meta http-equiv=refresh content="0;url=javascript:pwn({n})" class=pwn>',
            f"<base href=https:{ELSEWHERE}/ class=pwn>",
            '<noscript><p title="</noscript><img src=x onerror=pwn({n}) class=pwn>">',
            "<!--><img src=x onerror=pwn({n}) class=pwn>-->",
            "<marquee onstart=pwn({n}) class=pwn>moving</marquee>",
            "{{constructor.constructor('pwn({n})')()}}",
            "${pwn({n})}",
            "<%= pwn({n}) %> #{pwn({n})}",
            "javascript:pwn({n})",
            "data:text/html,<script>parent.pwn({n})</script>",
            '" onmouseover="pwn({n})" class="pwn',
            "' onmouseover='pwn({n})' class='pwn",
            "&lt;img src=x onerror=pwn({n}) class=pwn&gt;",
            "&#60;img src=x onerror=pwn({n}) class=pwn&#62;",
            "\\u003cimg src=x onerror=pwn({n}) class=pwn\\u003e",
            "%3Cimg src=x onerror=pwn({n}) class=pwn%3E",
            "[a link](javascript:pwn({n}))",
            '![a picture](x"onerror="pwn({n}))',
            "constructor",
            "toString prototype valueOf hasOwnProperty {n}",
        ]
    )
)


ALONE: Final = tuple(name for name in PAYLOADS if name.startswith(("javascript:", "data:", "constructor")))


def packed() -> Iterator[str]:
    """Several in one name, as each would do its harm by itself; as long as a filter takes them. Not those of ALONE,
    which do it as the whole name or as its beginning.
    """
    name = ""
    for more in (payload for payload in PAYLOADS if payload not in ALONE):
        if len(name) + 1 + len(more) > MAX_TEXT:
            yield name
            name = more
        else:
            name = f"{name} {more}".strip()
    yield name


PACKED: Final = tuple(packed())
NAMES: Final = PAYLOADS + PACKED
FEWEST: Final = ALONE + PACKED  # that hold all payloads
WATCHED: Final = "window.ran = []; window.pwn = (n) => { window.ran.push(n); return 'pwned'; };"
MADE: Final = """() => {
  const leads = /^(xlink:)?(href|src|action|data|formaction)$/;
  const away = /^(javascript:|data:text)|^(https?:)?\\/\\/pwn/i;
  const bad = ({ name, value }) => /^on/.test(name) && /pwn/.test(value) || leads.test(name) && away.test(value);
  const code = (element) => /^(SCRIPT|STYLE)$/i.test(element.tagName) && element.type !== "application/json";
  return [...document.querySelectorAll("*")].filter((element) =>
    element.classList.contains("pwn")
    || [...element.attributes].some(bad)
    || code(element) && element.textContent.includes("pwn(")
  ).map((element) => element.outerHTML.slice(0, 200));
}"""


def harm(page: Page) -> list[Any]:
    """What ran, and what has become an element of the page."""
    return [*page.evaluate("window.ran"), *page.evaluate(MADE)]


def retailer(folder: Path) -> Path:
    """The files of a retailer with a store, a product and customers for each of NAMES, called so."""
    n = len(NAMES)
    raw = build(folder, DemoSpec(stores=n, chains=n, products=n, customers=6 * n, months=24, target_lines=8_000))
    names = {
        "stores": ("store_name", "chain", "city", "region"),
        "products": ("product_name", "category"),
        "customers": ("customer_name", "loyalty_tier"),
    }
    with duckdb.connect() as con:
        for table, columns in names.items():
            named = ", ".join(f"? [1 + (row_number() OVER () - 1) % {n}] AS {column}" for column in columns)
            path = raw / f"{table}.parquet"
            con.execute(
                f"CREATE TABLE {table} AS SELECT * REPLACE ({named}) FROM '{path}'", [list(NAMES)] * len(columns)
            )
            con.execute(f"COPY {table} TO '{path}' (FORMAT parquet)")
    return raw
