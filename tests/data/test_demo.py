import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from data.demo import DemoData, DemoSpec, generate, paired_uplift, write
from data.demo.demand import Demand
from data.demo.draws import poisson_quantile
from data.demo.world import World
from data.schema import TABLES

CELL = ["month", "store_id", "product_id"]
SMALL = DemoSpec(stores=6, chains=3, products=40, customers=600, months=18, target_lines=6_000)


@pytest.fixture(scope="module")
def demo() -> DemoData:
    return generate(DemoSpec())


@pytest.fixture(scope="module")
def ledger(demo: DemoData) -> pd.DataFrame:
    """The inventory with what the lines say was sold, and what was true of each cell."""
    sales = demo.tables["sales"]
    months = sales.sold_at.dt.to_period("M").dt.to_timestamp().astype("datetime64[s]")
    sold = sales.assign(month=months).groupby(CELL, as_index=False).quantity.sum()
    cells = demo.tables["inventory"].merge(sold, on=CELL, how="outer").merge(demo.truth["cells"], on=CELL)
    return cells.fillna({"quantity": 0}).sort_values(CELL, ignore_index=True)


def test_the_default_retailer_has_the_promised_size(demo: DemoData) -> None:
    tables = demo.tables
    assert tables["stores"].groupby("chain").size().tolist() == [3] * 5
    assert len(tables["products"]) == 100
    assert tables["products"].category.nunique() == 10
    assert len(tables["customers"]) == 2_000
    assert len(tables["inventory"]) == 54_000
    assert len(tables["sales"]) == pytest.approx(20_000, abs=100)
    assert (tables["sales"].sold_at.min().year, tables["sales"].sold_at.max().year) == (2021, 2023)
    assert tables["sales"].sold_at.dt.to_period("M").nunique() == 36


def test_the_tables_are_those_of_the_contract_with_unique_names_and_ids(demo: DemoData) -> None:
    for name, frame in demo.tables.items():
        assert list(frame.columns) == [column.name for column in TABLES[name].columns]
        assert not frame.duplicated(list(TABLES[name].key)).any()
        assert list(frame.columns[frame.isna().any()]) == (["customer_id"] if name == "sales" else [])
    assert demo.tables["stores"].store_name.is_unique
    assert demo.tables["products"].product_name.is_unique


def test_the_ledger_balances_on_every_row(ledger: pd.DataFrame) -> None:
    net = ledger.opening_units + ledger.received_units - ledger.shrink_units - ledger.quantity
    assert (net == ledger.closing_units).all()
    assert (ledger[["opening_units", "received_units", "shrink_units", "closing_units"]] >= 0).all().all()
    grid = [ledger[column].to_numpy().reshape(36, 15, 100) for column in ("opening_units", "closing_units")]
    assert (grid[0][1:] == grid[1][:-1]).all()
    assert not ledger.duplicated(CELL).any()


def test_no_line_sells_what_is_not_on_the_shelf(demo: DemoData, ledger: pd.DataFrame) -> None:
    sales = demo.tables["sales"]
    months = sales.sold_at.dt.to_period("M").dt.to_timestamp().astype("datetime64[s]")
    lines = sales.assign(month=months).sort_values(["sold_at", "line_id"])
    lines["gone"] = lines.groupby(CELL).quantity.cumsum()
    lines = lines.merge(ledger.drop(columns="quantity"), on=CELL)
    assert len(lines) == len(sales)
    assert (lines.gone <= lines.opening_units + lines.received_units - lines.shrink_units).all()


def test_money_adds_up_to_the_cent(demo: DemoData) -> None:
    sales, products = demo.tables["sales"], demo.tables["products"]
    cents = [np.rint(sales[name] * 100).astype(int) for name in ("unit_price", "discount_amount", "net_amount")]
    assert (sales.quantity * cents[0] - cents[1] == cents[2]).all()
    sold = sales.quantity > 0
    assert (cents[1][sold] >= 0).all()
    assert (cents[2][sold] >= 0).all()
    assert (products.unit_cost / products.unit_price).between(0.545, 0.755).all()
    listed = products.set_index("product_id").unit_price.reindex(sales.product_id).to_numpy()
    year = sales.sold_at.dt.year
    assert (sales.unit_price - listed)[sold & (year == 2023)].abs().max() < 0.011
    assert (sales.unit_price < listed)[sold & (year == 2021)].all()


def test_customers_shop_after_they_join_mostly_at_home_and_guests_are_few(demo: DemoData) -> None:
    lines = demo.tables["sales"].merge(demo.tables["customers"], on="customer_id", how="left")
    assert (lines.sold_at.dt.floor("D") >= lines.joined_on).eq(lines.joined_on.notna()).all()
    assert lines.sold_at.dt.hour.between(9, 19).all()
    known = lines[lines.customer_id.notna()]
    assert (known.store_id == known.home_store_id).mean() == pytest.approx(0.86, abs=0.01)
    assert len(known) / len(lines) == pytest.approx(0.95, abs=0.015)
    joined = demo.tables["customers"].joined_on
    assert (joined < "2021-01-01").mean() == pytest.approx(0.65, abs=0.04)


def test_who_has_left_buys_no_more_but_for_what_was_postponed(demo: DemoData) -> None:
    bought = demo.tables["sales"].query("quantity > 0").merge(demo.truth["customers"], on="customer_id")
    gone = bought.dropout_month.notna()
    assert demo.truth["customers"].dropout_month.notna().mean() == pytest.approx(0.33, abs=0.06)
    assert (bought.sold_at >= bought.dropout_month)[gone].mean() < 0.01


def test_a_return_brings_one_unit_of_an_earlier_purchase_back_at_its_price(demo: DemoData) -> None:
    sales = demo.tables["sales"].fillna({"customer_id": "guest"})
    back = sales[sales.quantity < 0]
    assert len(back) / len(sales) == pytest.approx(0.015, abs=0.004)
    assert (back.quantity == -1).all()
    same = ["customer_id", "store_id", "product_id", "unit_price"]
    pairs = back.merge(sales[sales.quantity > 0], on=same, suffixes=("", "_bought"))
    per_unit = pairs.discount_amount_bought / pairs.quantity_bought
    fits = pairs[(pairs.sold_at_bought < pairs.sold_at) & ((per_unit + pairs.discount_amount).abs() < 0.006)]
    assert set(fits.line_id) == set(back.line_id)


def test_a_receipt_is_one_customer_in_one_store_at_one_moment(demo: DemoData) -> None:
    receipts = demo.tables["sales"].groupby("transaction_id")
    assert (receipts[["store_id", "sold_at"]].nunique() == 1).all().all()
    assert (receipts.customer_id.nunique() <= 1).all()
    assert receipts.size().mean() == pytest.approx(1.5, abs=0.15)


def test_truth_accounts_for_every_unit_wanted(ledger: pd.DataFrame) -> None:
    as_wanted = ledger.demand_units - ledger.lost_units - ledger.substituted_units - ledger.delayed_units
    assert (as_wanted + ledger.sold_as_substitute_units - ledger.returned_units == ledger.quantity).all()
    assert (as_wanted >= 0).all()
    assert (ledger.lost_units >= 0).all()
    assert ledger.substituted_units.sum() == ledger.sold_as_substitute_units.sum()
    assert ledger.unavailable_share.between(0, 1).all()
    assert (ledger.unavailable_share[ledger.closing_units == 0] > 0).all()


def test_at_a_shelf_empty_all_month_a_quarter_takes_something_else_and_a_seventh_comes_back(
    ledger: pd.DataFrame,
) -> None:
    empty = ledger[ledger.unavailable_share == 1]
    wanted = empty.demand_units.sum()
    assert wanted > 500
    assert empty.substituted_units.sum() / wanted == pytest.approx(0.24, abs=0.06)  # 26 % would, if there is something
    assert empty.delayed_units.sum() / wanted == pytest.approx(0.15, abs=0.04)


def test_four_units_in_a_thousand_disappear_each_month(ledger: pd.DataFrame) -> None:
    on_hand = ledger.opening_units + ledger.received_units
    assert ledger.shrink_units.sum() / on_hand.sum() == pytest.approx(0.004, abs=0.0008)


def test_stockouts_hide_a_tenth_to_a_fifth_of_demand(ledger: pd.DataFrame) -> None:
    assert 0.08 < 1 - ledger.quantity.sum() / ledger.demand_units.sum() < 0.20


def test_a_failed_delivery_lowers_sales_by_about_a_quarter(ledger: pd.DataFrame) -> None:
    by = ledger.groupby("disrupted")[["quantity", "demand_units", "forecast_units"]].sum()
    sold, wanted = by.quantity / by.forecast_units, by.demand_units / by.forecast_units
    assert by.forecast_units[True] / by.forecast_units.sum() == pytest.approx(0.145, abs=0.03)
    assert sold[True] / sold[False] - 1 == pytest.approx(-0.26, abs=0.08)
    assert wanted[True] / wanted[False] - 1 == pytest.approx(0, abs=0.08)  # nobody knows before coming


def test_discounts_follow_their_planted_chance_and_rise_by_tier(demo: DemoData) -> None:
    lines = demo.truth["lines"].merge(demo.tables["sales"], on="line_id").merge(demo.tables["customers"])
    given, chance = lines.discount_amount > 0, 1 / (1 + np.exp(-lines.discount_logit))
    assert given.mean() == pytest.approx(chance.mean(), abs=3.5 * np.sqrt((chance * (1 - chance)).sum()) / len(lines))
    assert given[lines.promotion].mean() - given[~lines.promotion].mean() == pytest.approx(0.29, abs=0.05)
    share = given.groupby(lines.loyalty_tier).mean()
    depth = (lines.discount_amount / (lines.quantity * lines.unit_price))[given].groupby(lines.loyalty_tier).mean()
    tiers = ["Bronze", "Silver", "Gold", "Platinum"]
    assert share[tiers].is_monotonic_increasing
    assert depth[tiers].tolist() == pytest.approx([0.10, 0.13, 0.16, 0.19], abs=0.02)


def test_the_logit_is_made_of_tier_past_spend_promotion_and_overstock(demo: DemoData) -> None:
    lines = demo.truth["lines"].merge(demo.tables["sales"], on="line_id").merge(demo.tables["customers"])
    tier = lines.loyalty_tier.map({"Bronze": 0.0, "Silver": 0.3, "Gold": 0.7, "Platinum": 1.2})
    rest = 0.35 * np.log1p(lines.spend_12m / 50) + 1.4 * lines.promotion + 0.3 * lines.overstock
    assert lines.discount_logit.to_numpy() == pytest.approx((-1.3 + tier + rest).to_numpy())
    march = lines[lines.sold_at.dt.strftime("%Y-%m") == "2022-03"].drop_duplicates("customer_id")
    paid = demo.tables["sales"].query("'2021-03-01' <= sold_at < '2022-03-01' and quantity > 0")
    expected = paid.groupby("customer_id").net_amount.sum().reindex(march.customer_id, fill_value=0)
    assert march.spend_12m.to_numpy() == pytest.approx(expected.to_numpy())


def test_empty_shelves_keep_sensitive_customers_away(demo: DemoData) -> None:
    """Mean visits in the month after high exposure against low, within customers: demanding ones react more."""
    world = World(DemoSpec())
    rate = Demand(world, 1.0)
    half, none = (rate.visits(5, np.full(len(world.people.tier), x)).sum() for x in (0.5, 0.0))
    assert half < 0.7 * none
    tolerant = world.people.sensitivity == 0.4
    kept = [
        rate.visits(5, np.full(len(tolerant), 0.5))[group].sum() / rate.visits(5, np.zeros(len(tolerant)))[group].sum()
        for group in (tolerant, ~tolerant)
    ]
    assert kept == pytest.approx([np.exp(-0.4 * 0.5), np.exp(-3 * 0.5)], abs=0.05)


def test_gold_members_and_buyers_of_top_sellers_are_demanding_more_often() -> None:
    world = World(DemoSpec.times(5))
    people, products = world.people, world.products
    top = np.isin(np.arange(len(products.share)), products.top_sellers())
    share = people.taste[:, products.category] @ (products.share * top)
    demanding, gold, keen = people.sensitivity == 3.0, people.tier >= 2, share > np.median(share)
    assert demanding[gold].mean() > demanding[~gold].mean() + 0.15
    assert demanding[keen].mean() > demanding[~keen].mean() + 0.03


def test_exposure_weighs_the_home_stores_empty_shelves_with_the_customers_taste(demo: DemoData) -> None:
    world = World(DemoSpec())
    month, customer = 7, 11
    cells = demo.truth["cells"]
    home = demo.tables["stores"].store_id[world.people.home[customer]]
    shelf = cells[(cells.month == "2021-08-01") & (cells.store_id == home)].unavailable_share.to_numpy()
    basket = world.choice(month)[customer][world.products.category] * world.products.share
    assert basket.sum() == pytest.approx(1)
    exposure = demo.truth["exposure"]
    told = exposure[(exposure.month == "2021-08-01") & (exposure.customer_id == "C00012")].exposure.item()
    assert told == pytest.approx((basket * shelf).sum())


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_world(tmp_path: Path) -> None:
    for folder, spec in (("one", SMALL), ("two", SMALL), ("other", replace(SMALL, seed=2))):
        write(generate(spec), tmp_path / folder)
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.parquet")]
    assert len(files) == 10
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    lines = [(tmp_path / folder / "raw/sales.parquet").read_bytes() for folder in ("one", "other")]
    assert lines[0] != lines[1]


def test_one_product_always_in_stock_leaves_everybody_elses_draws_alone() -> None:
    """Nobody reacts to last month's shelves here, so what happens outside the product's category stays the same."""
    calm = replace(SMALL, sensitivity=0.0)
    best = int(World(calm).products.top_sellers()[0])
    before, after = generate(calm), generate(replace(calm, always_available=(best,)))
    catalogue = before.tables["products"]
    touched = catalogue.product_id[catalogue.category == catalogue.category[best]]
    what = ["sold_at", "store_id", "product_id", "customer_id", "quantity", "unit_price"]
    sales = [demo.tables["sales"] for demo in (before, after)]
    outside = [frame[~frame.product_id.isin(touched)][what].sort_values(what, ignore_index=True) for frame in sales]
    assert len(outside[0]) > 4_000
    pd.testing.assert_frame_equal(*outside)
    insiders = pd.concat(sales).query("product_id in @touched").customer_id.dropna()
    full = [*what, "discount_amount", "net_amount"]
    strangers = [f[f.customer_id.notna() & ~f.customer_id.isin(insiders)][full].reset_index(drop=True) for f in sales]
    assert len(strangers[0]) > 100
    pd.testing.assert_frame_equal(*strangers)
    cells = [demo.truth["cells"] for demo in (before, after)]
    lost = [frame.lost_units[frame.product_id == catalogue.product_id[best]].sum() for frame in cells]
    empty = cells[1].unavailable_share[cells[1].product_id == catalogue.product_id[best]]
    assert (empty == 0).all()
    assert lost[0] > 20
    assert lost[1] == 0


def test_one_sd_more_safety_stock_is_ordered_in_the_same_world() -> None:
    """Nobody reacts to empty shelves here, so the same is wanted; every level rises by one SD, and less is lost."""
    calm = replace(SMALL, sensitivity=0.0, delay_share=0.0)
    before, after = generate(calm), generate(replace(calm, service_shift=1.0))
    cells = [demo.truth["cells"] for demo in (before, after)]
    assert (cells[0].demand_units == cells[1].demand_units).all()
    assert (cells[0].forecast_units == cells[1].forecast_units).all()
    assert cells[1].lost_units.sum() < 0.65 * cells[0].lost_units.sum()
    shelves = [demo.tables["inventory"].set_index(CELL) for demo in (before, after)]
    delivered = [frame.opening_units + frame.received_units - frame.shrink_units for frame in shelves]
    both = (shelves[0].received_units > 0) & (shelves[1].received_units > 0)
    raised = (delivered[1] - delivered[0])[both].to_numpy()
    sd = np.sqrt(cells[0].set_index(CELL).forecast_units[both].to_numpy() + 0.25)
    assert raised.mean() == pytest.approx(sd.mean(), abs=0.1)  # rounded up to whole units on both sides


def test_a_further_visit_leaves_the_earlier_ones_as_they_were() -> None:
    world = World(SMALL)
    demand, display = Demand(world, 1.0), np.ones((6, 40))
    visits = np.full(len(world.people.tier), 1)
    once, twice = demand.wishes(3, visits, display), demand.wishes(3, visits + (np.arange(len(visits)) == 5), display)
    assert len(twice) > len(once)
    others = [wishes[wishes["person"] != 5].copy() for wishes in (once, twice)]
    for wishes in others:
        wishes["visit"] = 0
    assert (others[0] == others[1]).all()
    mine = [wishes[wishes["person"] == 5] for wishes in (once, twice)]
    assert (mine[0] == mine[1][: len(mine[0])]).all()


def test_better_availability_is_worth_more_to_demanding_customers() -> None:
    spec = DemoSpec()
    uplift = paired_uplift(spec).groupby("customer_id", as_index=False).sum(numeric_only=True)
    people = generate(spec).truth["customers"].merge(uplift, on="customer_id")
    gain = people.groupby("sensitivity")[["spend", "uplift"]].sum()
    relative = gain.uplift / gain.spend
    assert relative[0.4] > 0.03
    assert relative[3.0] > relative[0.4] + 0.05


def test_variants_change_what_they_say() -> None:
    world = generate(SMALL)
    assert world.truth["cells"].delayed_units.sum() > 50
    assert set(world.truth["customers"].sensitivity) == {0.4, 3.0}
    plain = generate(replace(SMALL, delay_share=0.0, sensitivity=1.0))
    assert plain.truth["cells"].delayed_units.sum() == 0
    assert set(plain.truth["customers"].sensitivity) == {1.0}
    shown = generate(replace(SMALL, display_effect=0.8)).truth["cells"].groupby("disrupted").demand_units.sum()
    unseen = world.truth["cells"].groupby("disrupted").demand_units.sum()
    assert shown[True] / shown.sum() < unseen[True] / unseen.sum() - 0.01


def test_the_files_hold_the_tables_and_keep_the_truth_apart(tmp_path: Path, demo: DemoData) -> None:
    write(demo, tmp_path)
    con = duckdb.connect()
    assert {path.name for path in (tmp_path / "raw").iterdir()} == {f"{name}.parquet" for name in TABLES}
    for name, frame in demo.tables.items():
        read = con.sql(f"FROM '{tmp_path}/raw/{name}.parquet'")
        assert read.columns == [column.name for column in TABLES[name].columns]
        assert len(read) == len(frame)
    types = dict(
        con.sql(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{tmp_path}/raw/sales.parquet')").fetchall()
    )
    assert (types["sold_at"], types["quantity"], types["customer_id"]) == ("TIMESTAMP", "BIGINT", "VARCHAR")
    guests = con.sql(f"SELECT count(*) FROM '{tmp_path}/raw/sales.parquet' WHERE customer_id IS NULL").fetchall()
    assert guests == [(demo.tables["sales"].customer_id.isna().sum(),)]
    secret = {name for frame in demo.truth.values() for name in frame.columns}
    public = {column.name for table in TABLES.values() for column in table.columns} | {"category"}
    assert secret & public <= {*CELL, "customer_id", "loyalty_tier", "line_id", "category"}


def test_what_loads_and_models_the_data_does_not_know_how_it_was_made() -> None:
    root = Path(__file__).parents[2]
    demo = root / "data" / "demo"
    rooms = ("data", "analytics", "dashapp/tabs")
    modules = [path for room in rooms for path in (root / room).rglob("*.py") if demo not in path.parents]
    assert [path.name for path in modules if re.search(r"data\.demo|data import demo", path.read_text())] == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"stores": 0}, "stores must be 1 or more, not 0"),
        ({"chains": 20}, "20 chains need as many stores, not 15"),
        ({"seed": -1}, "seed must be between 0 and 2^63, not -1"),
        ({"delay_share": 0.9}, "delay_share must be between 0 and 0.5, not 0.9"),
        ({"service_shift": 9.0}, "service_shift must be between -5 and 5, not 9.0"),
        ({"target_lines": 10**9}, "target_lines must be at most 50 per customer and month"),
    ],
)
def test_an_impossible_world_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        DemoSpec(**wrong)


def test_a_very_small_world_still_balances() -> None:
    tiny = generate(DemoSpec(stores=1, chains=1, products=3, customers=10, months=2, target_lines=50))
    assert len(tiny.tables["inventory"]) == 6
    assert len(tiny.tables["sales"]) == pytest.approx(50, abs=5)


def test_ten_times_the_size() -> None:
    assert DemoSpec.times(10) == DemoSpec(50, 5, 300, 20_000, 36, 200_000)
    assert DemoSpec.times(1) == DemoSpec()
    with pytest.raises(ValueError, match="size must be 1 or more, not 0"):
        DemoSpec.times(0)


def test_poisson_quantiles_are_those_of_the_distribution() -> None:
    u = np.linspace(0.0005, 0.9995, 1000)
    assert poisson_quantile(u, 2.0).mean() == pytest.approx(2.0, abs=0.01)
    assert poisson_quantile(np.array([np.exp(-2.0) - 1e-9, np.exp(-2.0) + 1e-9]), 2.0).tolist() == [0, 1]
