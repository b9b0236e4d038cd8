"""What every KPI says about itself, and what it needs from the files."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from analytics.kpi import KPIS, Kpi, customers, inventory, sales
from analytics.kpi.registry import kpi
from analytics.totals import Totals
from data.said import english
from data.schema import TABLES

EACH = pytest.mark.parametrize("known", KPIS.values(), ids=list(KPIS))
# The contract columns without which no file is taken; see data.schema.
ALWAYS = {f"{table.name}.{column.name}" for table in TABLES.values() for column in table.columns if column.required}
NET = "sales.net_amount"


def without(*columns: str) -> Callable[[str], bool]:
    return lambda column: column not in columns


def missing(known: Kpi, has: Callable[[str], bool]) -> str | None:
    said = known.missing(has)
    return english(said) if said else None


@EACH
def test_a_kpi_explains_itself(known: Kpi) -> None:
    assert known.label[0].isupper()
    assert re.fullmatch(r"\S.*\.", known.definition), "a sentence"
    assert "  " not in known.definition
    assert known.better in ("up", "down", None)


@EACH
def test_a_kpi_knows_which_columns_of_the_contract_it_needs(known: Kpi) -> None:
    assert known.columns
    assert len(set(known.columns)) == len(known.columns)
    for name in known.columns:
        table, _, column = name.partition(".")
        assert TABLES[table].column(column).name == column


@EACH
def test_a_kpi_with_all_its_columns_is_there_and_without_any_of_them_is_not(known: Kpi) -> None:
    assert known.missing(lambda _: True) is None
    assert known.missing(without("stores.size_sqm", "customers.loyalty_tier")) is None
    for column in known.columns:
        table, _, name = column.partition(".")
        assert missing(known, without(column)) == (
            "needs the inventory table" if table == "inventory" else f"needs {name}"
        )


def test_labels_are_told_apart() -> None:
    assert len({known.label for known in KPIS.values()}) == len(KPIS)


def test_what_is_missing_is_named_in_the_words_of_the_contract() -> None:
    """Files with sales only: no stock, no cost, no discount."""
    sales_only = ALWAYS - {c for c in ALWAYS if c.startswith("inventory.")} | {NET}
    found = {known.id: missing(known, sales_only.__contains__) for known in KPIS.values()}
    assert found["net_sales"] is found["orders"] is found["return_rate"] is None
    assert found["gross_margin"] == found["gross_margin_rate"] == "needs unit_cost"
    assert found["discount_rate"] == found["discounted_lines_rate"] == "needs discount_amount"
    assert found["active_customers"] == found["retention"] == "needs customer_id"
    for known in KPIS.values():
        if known.formula.__module__ == inventory.__name__:
            assert found[known.id] == "needs the inventory table"


def test_stock_in_units_needs_no_cost() -> None:
    no_cost = without("products.unit_cost")
    in_units = {"unit_turnover", "stockout_rate", "weighted_stockout_rate", "days_of_supply", "stock_to_sales"}
    in_units |= {"sell_through", "closing_units"}
    known = [KPIS[i] for i in KPIS if KPIS[i].formula.__module__ == inventory.__name__]
    assert {k.id for k in known if k.missing(no_cost) is None} == in_units
    assert {missing(k, no_cost) for k in known} == {None, "needs unit_cost"}


def test_several_missing_columns_are_all_named() -> None:
    assert missing(KPIS["gross_margin"], without("products.unit_cost", NET)) == "needs net_amount, unit_cost"


def test_percentages_are_per_hundred_and_the_good_direction_is_right() -> None:
    """Churn, stockouts and returns are better when they fall; who sees a discount rate may judge it himself."""
    down = {i for i, known in KPIS.items() if known.better == "down"}
    assert down == {"stockout_rate", "weighted_stockout_rate", "return_rate", "churn"}
    assert {i for i, known in KPIS.items() if known.better is None} >= {"discount_rate", "days_of_supply"}
    assert {known.formula.__module__ for known in KPIS.values()} == {m.__name__ for m in (sales, inventory, customers)}


def test_one_documented_function_is_a_kpi(monkeypatch: pytest.MonkeyPatch) -> None:
    """The decorator is the whole change that adds one."""
    monkeypatch.setattr("analytics.kpi.registry.KPIS", added := dict(KPIS))

    @kpi(label="Cost of sales rate", unit="%", better="down")
    def cost_rate(t: Totals) -> np.ndarray:
        """Cost of the units sold
        ÷ net sales.
        """
        return 100 * t["cost_of_sales"] / t["net_sales"]

    new = added["cost_rate"]
    assert (new.label, new.unit, new.better) == ("Cost of sales rate", "%", "down")
    assert new.definition == "Cost of the units sold ÷ net sales."
    assert new.columns == ("sales.quantity", "products.unit_cost", NET)
    assert new.formula(Totals.of({"cost_of_sales": [3], "net_sales": [4]})).tolist() == [75]
    assert "cost_rate" not in KPIS


def test_totals_are_computed_once_and_when_asked_for() -> None:
    asked: list[str] = []

    def compute(name: str) -> np.ndarray:
        asked.append(name)
        return np.array([1.0, 2.0])

    totals = Totals(compute)
    assert asked == []
    assert [totals["orders"].sum(), totals.total()["orders"].tolist(), totals["orders"].sum()] == [3, [3], 3]
    assert asked == ["orders"]
