"""The saved arrays say the same as the marts, whichever way they are summed."""

import random
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from data.arrays import save_arrays
from data.engines import run_marts
from data.measures import BASKETS, CELLS, ROLLED_UP
from tests.data.story import PRODUCTS, STORES, Story

Arrays = dict[str, np.ndarray[Any, Any]]
STORE_COUNT, CHAINS, CATEGORIES, PRODUCT_COUNT, MONTHS = 2, 2, 3, 3, 12
SHARED = ("sold_lines", "discounted_lines", "gross_sales_cents", "discount_cents", "net_sales_cents")


@pytest.fixture(scope="module")
def year() -> Story:
    """A year of 600 seeded lines, 60 of them returns, with a ledger that has holes."""
    chance, story = random.Random(7), Story(duckdb.connect())
    for number in range(600):
        when = f"2023-{chance.randint(1, 12):02}-{chance.randint(1, 28):02} {chance.randint(8, 20):02}:30"
        quantity = -1 if number % 10 == 0 else chance.randint(1, 9)
        store, product = chance.choice(STORES)[0], chance.choice(PRODUCTS)[0]
        terms = {"customer": chance.choice(["ann", "bob", None]), "discount": chance.choice([0, 0, 15])}
        story.sell(f"T{number // 3}", when, store, product, quantity, **terms)
    for month in range(1, 13):
        for store, *_ in STORES:
            for product, *_ in PRODUCTS[: chance.randint(1, 3)]:
                story.count(f"2023-{month:02}", store, product, chance.randint(0, 2), chance.randint(0, 2))
    run_marts(story.con, lambda _: None)
    return story


@pytest.fixture(scope="module")
def arrays(year: Story, tmp_path_factory: pytest.TempPathFactory) -> Arrays:
    folder = tmp_path_factory.mktemp("version") / "arrays"
    save_arrays(year.con, folder, lambda _: None)
    return load(folder)


def load(folder: Path) -> Arrays:
    return {path.stem: np.load(path, mmap_mode="r", allow_pickle=False) for path in folder.iterdir()}


def test_rollups_and_cells_have_the_same_sums(arrays: Arrays) -> None:
    assert arrays["by_store"].shape == (len(ROLLED_UP), MONTHS + 1, STORE_COUNT, CATEGORIES)
    assert arrays["by_chain"].shape == (len(ROLLED_UP), MONTHS + 1, CHAINS, CATEGORIES)
    assert arrays["by_product"].shape == (len(CELLS), MONTHS + 1, CHAINS, PRODUCT_COUNT)
    for number, measure in enumerate(CELLS):
        cells = arrays[f"cells.{measure.name}"]
        assert cells.dtype.kind == "i"
        for rollup in ("by_store", "by_chain", "by_product"):
            assert arrays[rollup][number][0].sum() == 0
            assert arrays[rollup][number][-1].sum() == cells.sum(), (rollup, measure.name)
    assert arrays["cells.units_sold"].sum() > 1_000


def test_a_rollup_cell_is_the_sum_of_its_cells(arrays: Arrays, year: Story) -> None:
    sql = """
        SELECT store_idx, category_idx, chain_idx, product_idx, month_idx, sum(net_sales_cents)::BIGINT
        FROM marts.cells JOIN marts.store_dim USING (store_idx) JOIN marts.product_dim USING (product_idx)
        GROUP BY ALL
    """
    row = [measure.name for measure in CELLS].index("net_sales_cents")
    found = year.rows(sql)
    assert len(found) > 60
    for store, category, chain, product, month, net in found:  # one product per category, one store per chain
        for rollup, *place in (
            ("by_store", store, category),
            ("by_chain", chain, category),
            ("by_product", chain, product),
        ):
            assert np.diff(arrays[rollup][row][:, *place])[month] == net


def test_baskets_have_the_sums_of_cells_in_every_store_month_and_category(arrays: Arrays) -> None:
    rows = [measure.name for measure in CELLS]
    place = (arrays["baskets.month_idx"], arrays["baskets.store_idx"], arrays["baskets.category_idx"])
    for basket, cell in (("units", "units_sold"), *((name, name) for name in SHARED)):
        sums = np.zeros((MONTHS, STORE_COUNT, CATEGORIES), np.int64)
        np.add.at(sums, place, arrays[f"baskets.{basket}"])
        assert (sums == np.diff(arrays["by_store"][rows.index(cell)], axis=0)).all(), basket
    assert {measure.name for measure in BASKETS} == {"units", *SHARED}


def test_an_order_of_a_month_has_the_sums_of_its_baskets(arrays: Arrays) -> None:
    keys = ("store_idx", "month_idx", "order_idx", "customer_idx")
    names = [measure.name for measure in BASKETS]
    sums: dict[tuple[int, ...], list[int]] = {}
    days: dict[tuple[int, ...], list[tuple[bool, np.datetime64]]] = {}
    for row in range(len(arrays["baskets.day"])):
        key = tuple(int(arrays[f"baskets.{name}"][row]) for name in keys)
        values = [int(arrays[f"baskets.{name}"][row]) for name in names]
        sums[key] = [a + b for a, b in zip(sums.get(key, [0] * len(names)), values, strict=True)]
        days.setdefault(key, []).append((arrays["baskets.sold_lines"][row] > 0, arrays["baskets.day"][row]))
    assert len(sums) < len(arrays["baskets.day"])
    assert list(zip(*(arrays[f"orders.{name}"].tolist() for name in keys), strict=True)) == list(sums)
    assert np.stack([arrays[f"orders.{name}"] for name in names], axis=1).tolist() == list(sums.values())
    assert arrays["orders.day"].tolist() == [max(found)[1].item() for found in days.values()]


def test_baskets_of_a_customer_are_found_without_looking_through_all(arrays: Arrays) -> None:
    for customer in range(len(arrays["customers.customer_id"])):
        first, end = arrays["baskets.customer_offsets"][customer : customer + 2]
        found = arrays["baskets.by_customer"][first:end].tolist()
        assert found == np.flatnonzero(arrays["baskets.customer_idx"] == customer).tolist()


@pytest.mark.parametrize("fact", ["cells", "baskets", "orders"])
def test_offsets_cut_the_rows_at_each_store_and_month(arrays: Arrays, fact: str) -> None:
    offsets, stores, months = (arrays[f"{fact}.{name}"] for name in ("offsets", "store_idx", "month_idx"))
    assert offsets.shape == (STORE_COUNT * MONTHS + 1,)
    assert (offsets[0], offsets[-1]) == (0, len(stores))
    for store in range(STORE_COUNT):
        for month in range(MONTHS):
            rows = slice(offsets[store * MONTHS + month], offsets[store * MONTHS + month + 1])
            assert (stores[rows] == store).all()
            assert (months[rows] == month).all()


def test_cells_are_sorted_by_product_within_a_store_and_month(arrays: Arrays) -> None:
    keys = [arrays[f"cells.{name}"] for name in ("product_idx", "month_idx", "store_idx")]
    assert (np.lexsort(keys) == np.arange(len(keys[0]))).all()


def test_dimensions_are_plain_arrays_in_the_order_of_their_index(arrays: Arrays) -> None:
    assert arrays["stores.store_id"].tolist() == ["C", "F"]
    assert arrays["stores.chain_idx"].tolist() == [0, 1]
    assert arrays["chains"].tolist() == ["Alpha", "Beta"]
    assert arrays["categories"].tolist() == ["Bakery", "Care", "Dairy"]
    assert arrays["products.product_id"].tolist() == ["bread", "soap", "milk"]
    np.testing.assert_array_equal(arrays["products.unit_cost"], [1.25, np.nan, 0.60])
    np.testing.assert_array_equal(arrays["customers.joined_on"], np.array(["NaT", "NaT"], "M8[D]"))
    assert arrays["customers.home_store_id"].tolist() == ["", ""]
    np.testing.assert_array_equal(arrays["months"], np.arange("2023-01", "2024-01", dtype="M8[M]"))


def test_indices_are_int32_and_days_are_days(arrays: Arrays) -> None:
    assert {array.dtype for name, array in arrays.items() if name.endswith("_idx")} == {np.dtype(np.int32)}
    assert arrays["baskets.day"].dtype == np.dtype("M8[D]")


def test_no_rows_make_empty_arrays(tmp_path: Path) -> None:
    story = Story(duckdb.connect())
    run_marts(story.con, lambda _: None)
    save_arrays(story.con, tmp_path / "arrays", lambda _: None)
    arrays = load(tmp_path / "arrays")
    assert arrays["by_store"].shape == (len(ROLLED_UP), 1, STORE_COUNT, CATEGORIES)
    assert arrays["cells.offsets"].tolist() == [0]
    assert arrays["baskets.day"].shape == arrays["orders.day"].shape == arrays["goes_on"].shape == (0,)


def test_money_beyond_what_a_float_holds_stays_exact(tmp_path: Path) -> None:
    """50 trillion units at 2.00 less one cent: 9,999,999,999,999,999 cents, an odd number above 2⁵³."""
    story = Story(duckdb.connect())
    story.sell("1", "2023-01-05", "C", "milk", 50_000_000_000_000, discount=1)
    run_marts(story.con, lambda _: None)
    save_arrays(story.con, tmp_path / "arrays", lambda _: None)
    arrays, row = load(tmp_path / "arrays"), [measure.name for measure in CELLS].index("net_sales_cents")
    for name in ("by_store", "by_product"):
        assert int(arrays[name][row].sum()) == 9_999_999_999_999_999
