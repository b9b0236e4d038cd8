"""Data in which a model finds little or nothing: every page answers, and what is empty says why."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest

from analytics.refresh import refresh
from dashapp.app import create_app
from dashapp.settings import Settings
from data.demo import DemoSpec, generate
from data.warehouse import Warehouse
from tests.dashapp.test_callbacks import answers
from tests.dashapp.visitors import visitor

Tables = dict[str, pd.DataFrame]
SPEC: Final = DemoSpec(stores=3, chains=2, products=8, customers=60, months=26, target_lines=600)
STOCK: Final = ["opening_units", "received_units", "shrink_units", "closing_units"]
PLENTY: Final = 200  # units on every shelf


def only_sold(inventory: pd.DataFrame) -> pd.Series:
    """Units that the ledger lets go out of a month."""
    gone = inventory["opening_units"] + inventory["received_units"] - inventory["shrink_units"]
    return gone - inventory["closing_units"]


def without_inventory(tables: Tables) -> Tables:
    return {name: table for name, table in tables.items() if name != "inventory"}


def without_customers(tables: Tables) -> Tables:
    sales = tables["sales"].assign(customer_id=None)
    return {name: table for name, table in tables.items() if name != "customers"} | {"sales": sales}


def all_zeros(tables: Tables) -> Tables:
    return tables | {"inventory": tables["inventory"].assign(**dict.fromkeys(STOCK, 0))}


def never_empty(tables: Tables) -> Tables:
    ledger = tables["inventory"]
    return tables | {
        "inventory": ledger.assign(
            opening_units=PLENTY, closing_units=PLENTY, received_units=only_sold(ledger), shrink_units=0
        )
    }


def always_empty(tables: Tables) -> Tables:
    ledger = tables["inventory"]
    return tables | {
        "inventory": ledger.assign(opening_units=0, closing_units=0, received_units=only_sold(ledger), shrink_units=0)
    }


def one_line(tables: Tables) -> Tables:
    return tables | {"sales": tables["sales"].head(1)}


def as_it_is(tables: Tables) -> Tables:
    return tables


WORLDS: Final[dict[str, tuple[DemoSpec, Callable[[Tables], Tables]]]] = {
    "no inventory": (SPEC, without_inventory),
    "no customers": (SPEC, without_customers),
    "one store": (replace(SPEC, stores=1, chains=1), as_it_is),
    "one product": (replace(SPEC, products=1), as_it_is),
    "three months": (replace(SPEC, months=3, target_lines=150), as_it_is),
    "all zeros": (SPEC, all_zeros),
    "never empty": (SPEC, never_empty),
    "always empty": (SPEC, always_empty),
    "one line": (SPEC, one_line),
}


@pytest.mark.parametrize("world", WORLDS)
def test_every_page_answers_in_words_or_numbers(world: str, tmp_path: Path) -> None:
    spec, changed = WORLDS[world]
    raw = tmp_path / "raw"
    raw.mkdir()
    for name, table in changed(dict(generate(spec).tables)).items():
        table.to_csv(raw / f"{name}.csv", index=False)
    settings = Settings(data_dir=tmp_path / "var", currency="EUR")
    refresh(raw, Warehouse(settings.warehouse_dir))
    app = create_app(settings)
    with visitor(app) as client:
        told = dict(answers(app, client, {}, as_table=False))
    mute = [name for name, figure in figures(told) if not figure["data"] and not says(figure)]
    assert mute == []


def figures(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every figure that was answered, by the id of its panel."""
    return [
        (id, given["figure"])
        for answer in told.values()
        if answer
        for id, given in answer["response"].items()
        if "figure" in given
    ]


def says(figure: dict[str, Any]) -> str:
    """What stands in an empty figure."""
    return " ".join(note["text"] for note in figure["layout"].get("annotations", ()))
