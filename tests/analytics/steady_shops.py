"""Shops in which every month is alike, as files: 4 units of each product are sold a month, and 4 come in."""

from pathlib import Path

from analytics.cube import Cube
from analytics.queries import View
from analytics.refresh import refresh
from data.warehouse import Warehouse


def shops(
    folder: Path,
    *,
    months: int = 24,
    stores: int = 2,
    products: int = 3,
    sold: int = 4,
    left: int = 2,
    counted: bool = True,
    cost: str = "6.00",
) -> View:
    """Published. left: units at the end of each month; counted: whether there is an inventory table; price: 10.00."""
    raw = folder / "raw"
    raw.mkdir(parents=True)
    months_ = [f"{2022 + m // 12}-{m % 12 + 1:02}" for m in range(months)]
    pairs = [(m, f"S{s}", f"P{p}") for m in months_ for s in range(stores) for p in range(products)]
    sales = [f"{i},{m}-15,{s},{p},{sold},10.00" for i, (m, s, p) in enumerate(pairs)] if sold else []
    sales += ["r,2022-01-15,S0,P0,1,10.00", "q,2022-01-16,S0,P0,-1,10.00"] if not sold else []
    files = {
        "stores": ["store_id", *(f"S{s}" for s in range(stores))],
        "products": ["product_id,category,unit_cost", *(f"P{p},Food,{cost}" for p in range(products))],
        "sales": ["transaction_id,sold_at,store_id,product_id,quantity,unit_price", *sales],
    }
    if counted:
        head = "month,store_id,product_id,opening_units,received_units,closing_units"
        files["inventory"] = [head, *(f"{m},{s},{p},{left},{sold},{left}" for m, s, p in pairs)]
    for name, lines in files.items():
        (raw / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return View(Cube.open(refresh(raw, Warehouse(folder / "warehouse"))[0]))
