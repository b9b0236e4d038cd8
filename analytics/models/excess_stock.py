"""Money in stock that is not needed at the end of a period, each shelf judged by itself.

Dead is the stock of a shelf without a sale in the period. Overstock is what exceeds `target` days of its mean sales:

    over = cost · max(0, 1 − target · max(sold, 0) ÷ days ÷ stock),   cost and stock those at the end

One store's excess is never netted against another's shortage.
"""

from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Column, Ints, parts, until
from analytics.models.shelf_sums import Grid
from data.runs import number_of, runs_in

AT_ONCE: Final = 1_000  # shelves, so that what is made of them stays near the processor


class Stock(NamedTuple):
    """Of some shelves by month, (months, shelves), 0 where nothing is known.

    left: units at the end of the month; cost: of these [currency]; sold: units, net of returns; lines: that sold.
    """

    left: Column
    cost: Column
    sold: Column
    lines: Column


class Judged(NamedTuple):
    """What is not needed, in money: over (targets, …, shelves) and dead (…, shelves)."""

    over: Array
    dead: Array


def judge(left: Column, cost: Column, sold: Column, lines: Column, per_day: Column) -> Judged:
    """Of shelves with stock. left, cost: (shelves,); sold, lines: (…, shelves) of a period; per_day: (targets, …, 1)
    days of stock to hold ÷ days of the period.
    """
    dead = np.where(lines == 0, cost, 0)
    spare = 1 - per_day * (np.maximum(sold, 0) / left)
    return Judged((cost - dead) * np.maximum(spare, 0), dead)


class RunSums(NamedTuple):
    """By cell: over (targets, runs, cells), dead (runs, cells), and all stock at the end of a month (months, cells)."""

    over: Column
    dead: Column
    stock: Column


def by_run(stock: Stock, grid: Grid, days: Ints, targets: tuple[int, ...]) -> RunSums:
    """What is not needed at the end of every run of months.

    days: of each month. In single precision, as there are many.
    """
    months, cell = len(days), grid.cell
    shapes = ((len(targets), runs_in(months), grid.cells), (runs_in(months), grid.cells), (months, grid.cells))
    found = RunSums(*(np.zeros(shape, dtype=np.float32) for shape in shapes))
    order = np.argsort(cell, kind="stable")  # few cells at a time
    for at in (order[some] for some in parts(len(cell), AT_ONCE)):
        left, cost, sold, lines = (column[:, at] for column in stock)
        sold, lines = until(sold), until(lines)
        for last in range(months):
            there = np.flatnonzero(left[last] > 0)
            if not len(there):
                continue
            in_period, lines_in = (total[last + 1, there] - total[: last + 1, there] for total in (sold, lines))
            lasting = np.maximum(np.cumsum(days[last::-1])[::-1], 1)  # a month may have no day yet
            per_day = np.divide.outer(targets, lasting)[..., None].astype(np.float32)
            judged = judge(left[last, there], cost[last, there], in_period, lines_in, per_day)
            some_cells, first = np.unique(cell[at[there]], return_index=True)
            ends = np.array([number_of(start, last, months) for start in range(last + 1)])
            found.over[np.ix_(np.arange(len(targets)), ends, some_cells)] += np.add.reduceat(
                judged.over, first, axis=-1
            )
            found.dead[np.ix_(ends, some_cells)] += np.add.reduceat(judged.dead, first, axis=-1)
            found.stock[last, some_cells] += np.add.reduceat(cost[last, there], first)
    return found
