"""Groups of fewer than five customers, for who may not see personal data: never told, nor what they follow from."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics import queries
from analytics.filters import Filters, Scope
from analytics.kpi import KPIS
from analytics.queries import FEWER_THAN_FIVE, Lacking, View, personal
from analytics.table import Ask
from tests.analytics.builders import cube_of, small_retailer
from tests.analytics.conftest import Retailer

ALL = Filters()
OF_CUSTOMERS = tuple(i for i, kpi in KPIS.items() if "sales.customer_id" in kpi.columns)
STORES, QUARTERS, CATEGORIES = ("C", "K", "F"), ("2023Q1", "2023Q2", "2023Q3", "2023Q4"), ("Dairy", "Bakery", "Care")
PRODUCT = {"Dairy": "milk", "Bakery": "bread", "Care": "soap"}


def eyes(view: View) -> View:
    """The same for who may not see personal data."""
    return View(view.cube, Scope(view.scope.stores, personal=False))


# --- the rule, by hand -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nobody(world: View) -> View:
    return eyes(world)


@pytest.mark.parametrize(
    ("customers", "told"),
    [
        ([20, 3, 7], [20, None, None]),  # 30 − 20 − 7 would be the three: the seven are withheld with them
        ([20, 2, 2, 9], [20, None, None, None]),  # nor may the four follow from 33
        ([20, 3, 2], [20, None, None]),  # two that hide each other
        ([20, 3, 0], [None, None, 0]),  # nobody is nobody, and hides nobody
        ([4], [None]),
        ([0, 0], [0, 0]),
        ([5, 6], [5, 6]),
        ([1, 1, 1, 1], [None] * 4),
    ],
)
def test_who_is_withheld_with_whom(nobody: View, world: View, customers: list[int], told: list[int | None]) -> None:
    assert personal.counted(customers, personal.withheld(nobody, customers)) == told
    assert personal.counted(customers, personal.withheld(world, customers)) == customers


def test_a_table_hides_each_of_its_rows_and_columns(nobody: View) -> None:
    """The 2 would follow from the totals of its row and of its column, and what hides it there from theirs."""
    table = np.array([[2, 9, 30], [8, 40, 50], [20, 60, 70]])
    hidden = personal.withheld(nobody, table)
    assert hidden.tolist() == [[True, True, False], [True, True, False], [False, False, False]]


def test_the_rest_of_a_group_must_not_be_few_either(nobody: View) -> None:
    """Of 20 customers 17 are new: so three are not."""
    assert personal.withheld(nobody, [20, 30, 40], [17, 10, 10], [3, 20, 30]).tolist() == [True, True, False]


# --- a world of twenty customers -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> View:
    """Twenty customers of three tiers, of whom fewer come to some stores, quarters and categories; and a guest.

    c00 … c11 are Gold, c12 … c16 Silver, c17 … c19 Basic: three of twenty. c00 spends most by far.
    """
    story = small_retailer()
    tiers = ["Gold"] * 12 + ["Silver"] * 5 + ["Basic"] * 3
    for i, tier in enumerate(tiers):
        story.con.execute(f"INSERT INTO staging.customers VALUES ('c{i:02}', 'Name{i:02}', '{tier}', NULL, NULL)")
    chance, order = np.random.default_rng(7), itertools.count()
    for (q, _quarter), (s, store) in itertools.product(enumerate(QUARTERS), enumerate(STORES)):
        for i in range(len(tiers)):
            if chance.random() < (0.75, 0.35, 0.2)[s] * (1.0, 0.5, 0.9, 0.3)[q]:
                category = CATEGORIES[chance.choice(3, p=[0.7, 0.2, 0.1])]
                when = f"2023-{3 * q + chance.integers(1, 4):02}-{chance.integers(1, 28):02}"
                amount = 400 if i == 0 else int(chance.integers(1, 12))
                discount = int(chance.integers(0, 100))
                story.sell(
                    str(next(order)), when, store, PRODUCT[category], amount, customer=f"c{i:02}", discount=discount
                )
        story.sell(str(next(order)), f"2023-{3 * q + 1:02}-09", store, "milk", 1)
    return View(cube_of(story, tmp_path_factory.mktemp("world")))


def some(values: tuple[str, ...]) -> list[tuple[str, ...] | None]:
    return [None, *((value,) for value in values), *itertools.combinations(values, 2)]


SLICES = [
    Filters(quarters=quarters, stores=stores, categories=categories)
    for quarters, stores, categories in itertools.product(some(QUARTERS), some(STORES), some(CATEGORIES))
]


def both(world: View, ask: Callable[[View], Any], n: int) -> tuple[Any, Any] | None:
    """The answer with the right and without; None where there is none without, which is so for one to four of `n`."""
    open_ = ask(world)
    try:
        return open_, ask(eyes(world))
    except Lacking as why:
        assert (why.said, 0 < n < 5) == (FEWER_THAN_FIVE, True)  # noqa: PT017
        return None


def few(n: float) -> bool:
    return 0 < round(n) < 5


def check_groups(counts: Iterable[float], told: Iterable[float | None]) -> int:
    """No group that is told is few; nor are all those together that are not, as they follow. How many are not told."""
    pairs = list(zip(counts, told, strict=True))
    assert not any(few(n) for n, value in pairs if value is not None)
    hidden = sum(n for n, value in pairs if value is None)
    assert not few(hidden) or hidden == sum(n for n, _value in pairs), pairs  # a total of few is not told itself
    assert all(n or value is not None for n, value in pairs), "nobody is told as nobody"
    return sum(value is None for _n, value in pairs)


def active(world: View, filters: Filters) -> int:
    return len(members(world, filters))


def members(world: View, filters: Filters) -> set[int]:
    """Who bought, from the rows themselves."""
    cube = world.cube
    baskets, selection = cube.baskets, cube.select(filters)
    axes = ((baskets.store, selection.stores), (baskets.category, selection.categories))
    inside = np.all([np.isin(values, chosen) for values, chosen in axes], axis=0)
    inside &= (
        np.isin(baskets.month, selection.period.months) & (baskets.column("sold_lines") > 0) & (baskets.customer >= 0)
    )
    return set(baskets.customer[inside].tolist())


GROUPED = {"segments": queries.rfm_segments, "tiers": queries.loyalty_tiers, "discounts": queries.tier_discounts}


def test_many_slices_of_the_world_are_of_few(world: View) -> None:
    sizes = [active(world, filters) for filters in SLICES]
    assert len(SLICES) == 11 * 7 * 7
    assert sum(few(n) for n in sizes) > 100
    assert sum(n >= 5 for n in sizes) > 100


@pytest.mark.parametrize("name", GROUPED)
def test_segments_and_tiers_of_few_are_withheld(world: View, name: str) -> None:
    withheld = 0
    for filters in SLICES:
        found = both(world, lambda view, f=filters: GROUPED[name](view, f), active(world, filters))
        if not found:
            continue
        whole, told = found
        assert set(told["groups"]) == set(whole["groups"])
        counts = dict(zip(whole["groups"], whole["customers"], strict=True))
        withheld += check_groups([counts[group] for group in told["groups"]], told["customers"])
        for key in ("customers_share", "sales", "sales_share", "discount_rate", "discounted_lines_rate"):
            open_ = dict(zip(whole["groups"], whole[key], strict=True))
            for group, n, value in zip(told["groups"], told["customers"], told[key], strict=True):
                assert value == (None if n is None else open_[group]), key
    assert withheld > 100


def test_the_three_basic_customers_take_the_five_silver_ones_with_them(world: View) -> None:
    found = queries.loyalty_tiers(eyes(world), ALL)
    assert dict(zip(found["groups"], found["customers"], strict=True)) == {"Gold": 12, "Silver": None, "Basic": None}
    assert found["groups"][0] == "Gold"  # those withheld stand last, in no order of theirs


def test_bands_of_spend_of_few_are_withheld(world: View) -> None:
    withheld = 0
    for filters in SLICES:
        found = both(world, lambda view, f=filters: queries.spend_spread(view, f), active(world, filters))
        if not found:
            continue
        whole, told = found
        spend = np.array([row["spend"] for row in rows(queries.customer_table(world, filters))])
        edges = np.array([*told["low"], np.inf])
        counts = np.histogram(np.clip(spend, 0, None), bins=edges)[0]
        withheld += check_groups(counts, told["customers"])
        assert told["top_tenth_share"] is None  # of twenty, two
        assert told["median"] == whole["median"]
        assert not len(spend) or np.sum(spend >= told["low"][-1]) >= 5  # the last band says nothing of the largest
    assert withheld > 50


def rows(table: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.page(Ask())["rows"]
    return found


# --- KPIs ------------------------------------------------------------------------------------------------------------


def people(world: View, filters: Filters, months: list[int]) -> dict[str, set[int]]:
    """Who is who in some months of a selection."""
    quarters = world.cube.calendar.quarters
    every = {m: members_of_months(world, filters, [m]) for m in range(len(quarters))}
    bought = set().union(*(every[m] for m in months), set())
    before = set().union(*(every[m] for m in range(min(months, default=0))), set())
    just = range(max(0, months[0] - len(months)), months[0]) if months and months[0] >= len(months) else range(0)
    at_risk = set().union(*(every[m] for m in just), set())
    first = {c: min(m for m in every if c in every[m]) for c in set().union(*every.values())}
    new = {c for c in bought if first[c] in months}
    assert not new & (before & at_risk)
    return {"bought": bought, "new": new, "at_risk": at_risk, "retained": at_risk & bought}


def members_of_months(world: View, filters: Filters, months: list[int]) -> set[int]:
    cube = world.cube
    baskets, selection = cube.baskets, cube.select(filters)
    inside = np.isin(baskets.month, months) & (baskets.column("sold_lines") > 0) & (baskets.customer >= 0)
    inside &= np.isin(baskets.store, selection.stores) & np.isin(baskets.category, selection.categories)
    return set(baskets.customer[inside].tolist())


def check_kpis(who: dict[str, set[int]], told: dict[str, float | None]) -> None:
    """No KPI that is told is of few, nor are those who can be reckoned from several of them."""
    n = {name: len(found) for name, found in who.items()}
    groups = [n["bought"]] if told["active_customers"] is not None else []
    if told["new_customers"] is not None:
        groups += [n["new"], n["bought"] - n["new"]]
    if told["retention"] is not None or told["churn"] is not None:
        groups += [n["at_risk"], n["retained"], n["at_risk"] - n["retained"], n["bought"] - n["retained"]]
        groups += [n["bought"] - n["retained"] - n["new"]] if told["new_customers"] is not None else []
    assert not any(few(size) for size in groups), (n, told)
    if few(n["bought"]):
        assert all(told[i] is None for i in told)


def test_no_card_is_of_few(world: View) -> None:
    withheld = 0
    months = world.cube.calendar
    for filters in SLICES:
        chosen = world.cube.select(filters).period.months.tolist()
        who = people(world, filters, chosen)
        cards = {card["id"]: card for card in queries.cards(eyes(world), filters, OF_CUSTOMERS)}
        check_kpis(who, {i: card["value"] for i, card in cards.items()})
        for card in cards.values():
            assert (card["missing"] == FEWER_THAN_FIVE) <= (card["value"] is None)
            withheld += card["missing"] == FEWER_THAN_FIVE
        shown = [value for value in cards["active_customers"]["history"]["values"] if value is not None]
        assert not any(few(value) for value in shown)
        # a line of months says all of its months or none, else one follows from the quarter
        for name in ("new_customers", "active_customers"):
            line = cards[name]["history"]["values"]
            assert all(v is None for v in line) or all(v is not None for v in line)
    assert withheld > 300
    assert len(months.months) == 12


def test_no_kpi_by_store_chain_or_category_is_of_few(world: View) -> None:
    withheld = 0
    for filters, by in itertools.product(SLICES, ("store", "chain", "category")):
        told = {i: values_by(queries.kpi_by(eyes(world), filters, i, by)) for i in OF_CUSTOMERS}
        whole = values_by(queries.kpi_by(world, filters, "active_customers", by))
        withheld += check_groups([whole[k] or 0 for k in whole], [told["active_customers"][k] for k in whole])
        hidden = {key for key, value in told["active_customers"].items() if value is None}
        for kpi in OF_CUSTOMERS:
            assert all(told[kpi][key] is None for key in hidden), kpi
    assert withheld > 300


def values_by(found: Any) -> dict[str, float | None]:
    return dict(zip(found["ids"], found["values"], strict=True))


def test_no_quarter_of_a_store_is_of_few(world: View) -> None:
    """By store and quarter each line of either has two that are withheld or none, and five customers in them."""
    for filters in SLICES:
        whole, told = (
            queries.kpi_over_time(view, filters, "active_customers", "store", "quarter", None)
            for view in (world, eyes(world))
        )
        counts, values = ([line["values"] for line in found["lines"]] for found in (whole, told))
        for lines in ((counts, values), (zip(*counts, strict=True), zip(*values, strict=True))):
            for of_line, told_of_line in zip(*lines, strict=True):
                pairs = list(zip(of_line, told_of_line, strict=True))
                assert not any(few(n) for n, value in pairs if value is not None)
                hidden = sum(n for n, value in pairs if value is None)
                assert not few(hidden) or all(value is None for n, value in pairs if n)


def test_no_quarter_is_of_few(world: View) -> None:
    for filters in SLICES:
        found = queries.customers_by_quarter(eyes(world), filters)
        news: list[tuple[int, float | None]] = []
        for at, quarter in enumerate(found["quarters"]):
            q = world.cube.calendar.quarter_list().index(quarter)
            who = people(world, filters, [3 * q, 3 * q + 1, 3 * q + 2])
            told = {kpi: values[at] for kpi, values in found["values"].items()}
            check_kpis(who, told)
            news.append((len(who["new"]), told["new_customers"]))
        hidden = sum(n for n, value in news if value is None)
        assert not few(hidden) or all(value is None for n, value in news if n)  # else the card's total tells them


def cohort_cells(world: View, filters: Filters) -> Iterator[tuple[str, int, list[int]]]:
    """Each cohort: its quarter, size and members by quarter since."""
    quarters = world.cube.calendar.quarter_list()
    every = [
        members(world, Filters(quarters=(q,), stores=filters.stores, categories=filters.categories)) for q in quarters
    ]
    for at, quarter in enumerate(quarters):
        own = every[at] - set().union(*every[:at], set())
        yield quarter, len(own), [len(own & later) for later in every[at:]]


def test_no_cohort_and_no_rest_of_one_is_of_few(world: View) -> None:
    withheld = 0
    for filters in (f for f in SLICES if f.quarters is None):
        whole = list(cohort_cells(world, filters))
        told = queries.cohorts(eyes(world), filters)
        assert told["known"] == [4, 3, 2, 1]
        sizes = [size for _q, size, _m in whole]
        withheld += check_groups(sizes, told["size"])
        columns: dict[int, list[tuple[int, int, bool]]] = {}
        for at, (_quarter, size, came) in enumerate(whole):
            for after, n in enumerate(came):
                share = told["share"][at][after]
                if share is not None:
                    assert share == pytest.approx(100 * n / size, abs=1e-3)
                    assert not few(n)
                    assert not few(size - n)
                columns.setdefault(at + after, []).append((n, size - n, share is None and size > 0))
        for cells in columns.values():  # of a quarter: they add up to its active customers
            for part in (0, 1):
                hidden = sum(cell[part] for cell in cells if cell[2])
                assert not few(hidden) or hidden == sum(cell[part] for cell in cells), (filters, cells)
    assert withheld > 20


# --- others ----------------------------------------------------------------------------------------------------------


def test_a_change_is_parted_by_customers_only_where_they_are_five(world: View) -> None:
    """Else by orders, as where customers are not known."""
    parted = {True: 0, False: 0}
    for filters in (f for f in SLICES if f.quarters in (("2023Q2",), ("2023Q3",))):
        before = Filters(
            quarters=("2023Q1",) if filters.quarters == ("2023Q2",) else ("2023Q2",),
            stores=filters.stores,
            categories=filters.categories,
        )
        parts = {part["id"] for part in queries.change(eyes(world), filters, "previous")["parts"]}
        fewer = few(active(world, filters)) or few(active(world, before))
        assert ("customers" in parts or "orders_per_customer" in parts) is not fewer
        parted[fewer] += 1
    assert min(parted.values()) > 10


def test_changes_of_stores_are_parted_by_orders_if_one_has_few_customers(world: View) -> None:
    chosen = Filters(quarters=("2023Q4",))
    assert active(world, Filters(quarters=("2023Q4",), stores=("F",))) < 5
    whole, told = (queries.change_by(view, chosen, "previous", "store") for view in (world, eyes(world)))
    assert "customers" in {field.name for field in whole.fields}
    assert "customers" not in {field.name for field in told.fields}
    with pytest.raises(Lacking, match="Fewer than five"):
        queries.change_by(eyes(world), chosen, "previous", "store", "customers")


def test_a_store_of_few_is_not_compared_by_what_they_spend(world: View) -> None:
    found = queries.store_and_chain(eyes(world), Filters(quarters=("2023Q4",)), "F")
    own = dict(zip(found["kpis"], found["store"], strict=True))
    assert own["spend_per_customer"] is None
    assert own["average_basket"] is not None


def test_stores_of_few_have_no_customers_in_the_table(world: View) -> None:
    chosen = Filters(quarters=("2023Q4",))
    whole, told = (
        {row["store_id"]: row["active_customers"] for row in rows(queries.store_table(view, chosen))}
        for view in (world, eyes(world))
    )
    assert check_groups(whole.values(), [told[store] for store in whole])


def test_nothing_is_withheld_from_who_may_see_everybody(world: View) -> None:
    for filters in SLICES[::7]:
        assert None not in queries.rfm_segments(world, filters)["customers"]
        assert None not in queries.spend_spread(world, filters)["customers"]
        assert queries.customers_by_quarter(world, filters)["withheld"] == []


def test_five_are_enough(tmp_path: Path) -> None:
    """Four customers, and the figure is withheld; a fifth comes in May, and it is not."""
    story = small_retailer()
    for i, month in enumerate(("01", "01", "02", "03", "05")):
        story.con.execute(f"INSERT INTO staging.customers VALUES ('c{i}', 'C', 'Gold', NULL, NULL)")
        story.sell(str(i), f"2023-{month}-09", "C", "milk", 1, customer=f"c{i}")
    view = View(cube_of(story, tmp_path), Scope(personal=False))
    (first,) = queries.cards(view, Filters(quarters=("2023Q1",)), ("active_customers",))
    (both_,) = queries.cards(view, Filters(quarters=("2023Q1", "2023Q2")), ("active_customers",))
    assert (first["value"], first["missing"]) == (None, FEWER_THAN_FIVE)
    assert (both_["value"], both_["missing"]) == (5, None)


def follows(hidden: np.ndarray[Any, Any], cell: tuple[int, int]) -> bool:
    """Whether a table without its hidden cells, and the totals of its rows and columns, tell this one: by ranks."""
    cells = np.argwhere(hidden)
    totals = np.concatenate([cells[:, :1] == np.arange(hidden.shape[0]), cells[:, 1:] == np.arange(hidden.shape[1])], 1)
    wanted = (cells == cell).all(axis=1)[:, None]
    return bool(np.linalg.matrix_rank(totals) == np.linalg.matrix_rank(np.concatenate([totals, wanted], 1)))


def test_no_cell_of_a_table_follows_from_its_totals(nobody: View) -> None:
    """But for one of a row or column of few, whose total is withheld as well."""
    chance, hidden_cells = np.random.default_rng(1), 0
    for _ in range(400):
        table = chance.integers(0, chance.choice([8, 15, 40]), chance.integers(2, 6, 2)) * (chance.random() < 0.9)
        hidden = personal.withheld(nobody, table)
        assert not any(few(n) for n in table[~hidden])
        for cell in map(tuple, np.argwhere(hidden & (table < 5))):
            lines = (table[cell[0]], hidden[cell[0]]), (table[:, cell[1]], hidden[:, cell[1]])
            if any((line[~told] > 0).any() for line, told in lines):
                assert not follows(hidden, cell), (table, hidden)  # type: ignore[arg-type]
        for line, told in [*zip(table, hidden, strict=True), *zip(table.T, hidden.T, strict=True)]:
            assert not few(line[told].sum()) or not (line[~told] > 0).any(), (table, hidden)
        hidden_cells += hidden.sum()
    assert hidden_cells > 400


# --- what models found, over the odd retailer: 160 customers of six stores -------------------------------------------


def stores_of(odd: Retailer) -> list[tuple[str, ...]]:
    ids = [str(store) for store in odd.cube.store_ids]
    return [(store,) for store in ids] + list(itertools.combinations(ids, 2)) + [tuple(ids)]


def test_expectations_of_few_are_withheld(odd: Retailer) -> None:
    seen = {"withheld": 0, "told": 0}
    for stores in stores_of(odd):
        whole = queries.expected_spend(odd.view, Filters(stores=stores), "quarter")
        found = both(odd.view, lambda v, s=stores: queries.expected_spend(v, Filters(stores=s), "quarter"), whole["n"])
        if not found:
            continue
        told = found[1]
        money = sorted(
            row["expected"] for row in rows(queries.spend_table(odd.view, Filters(stores=stores), "quarter"))
        )
        counts = np.histogram(np.clip(money, 0, None), bins=np.array([*told["low"], np.inf]))[0]
        seen["withheld"] += check_groups(counts, told["customers"])
        outlook = {name: whole[name] for name in ("at_risk", "growing")}
        steady = whole["n"] - sum(n or 0 for n in outlook.values())
        rest = sum(n or 0 for name, n in outlook.items() if told[name] is None)  # type: ignore[literal-required]
        assert not any(few(n or 0) for name, n in outlook.items() if told[name] is not None)  # type: ignore[literal-required]
        assert not few(rest + steady) or whole["n"] == rest + steady
        seen["told"] += sum(n is not None for n in told["customers"])
    assert min(seen.values()) > 10


def test_discounts_ahead_of_few_are_withheld(odd: Retailer) -> None:
    withheld = 0
    for stores, category in itertools.product(stores_of(odd), (None, *odd.cube.categories.tolist())):
        filters = Filters(stores=stores, categories=(category,) if category else None)
        whole = queries.discount_outlook(odd.view, filters)
        total = sum(n or 0 for n in whole["customers"])
        found = both(odd.view, lambda v, f=filters: queries.discount_outlook(v, f), total)
        if not found:
            continue
        told = found[1]
        assert (told["tiers"], told["thirds"]) == (whole["tiers"], whole["thirds"])
        for axis in ("tiers", "thirds"):
            for name in set(whole[axis]):  # type: ignore[literal-required]
                own = [i for i, value in enumerate(whole[axis]) if value == name]  # type: ignore[literal-required]
                withheld += check_groups(*([found[side]["customers"][i] for i in own] for side in (0, 1)))
        for key in ("chance", "depth", "rate", "low", "high"):
            values = told[key]  # type: ignore[literal-required]
            assert [v is None for v in values] == [n is None for n in told["customers"]], key
    assert withheld > 100


def test_what_fuller_shelves_bring_is_withheld_where_few_would_buy(odd: Retailer) -> None:
    """By store: a store with four or fewer customers and a gain, and another one with it."""
    customers: dict[str, int] = {}
    for row in rows(queries.availability_table(odd.view, ALL)):
        customers[row["store_id"]] = customers.get(row["store_id"], 0) + 1
    for stores in stores_of(odd):
        n = sum(customers.get(store, 0) for store in stores)
        filters = Filters(stores=stores)
        found = both(odd.view, lambda v, f=filters: queries.availability_gain(v, f), n)
        assert (found is None) is few(n)
        told = queries.availability_by(eyes(odd.view), filters, "store")
        check_groups([customers[store] for store in told["ids"]], told["values"])
        for by in ("chain", "category", "product"):
            values = queries.availability_by(eyes(odd.view), filters, by)["values"]  # type: ignore[arg-type]
            assert all(v is None for v in values) or not few(n)
