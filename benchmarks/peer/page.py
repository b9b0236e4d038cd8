"""The stores page in Streamlit, as its own documentation would write it: a cached frame, filters, cards and charts.

Reads a file with one row per store × product × month, see benchmarks/peer/__main__.py. Not part of the product.
"""

import os

import pandas as pd
import plotly.graph_objects as go
import streamlit as st


@st.cache_data
def cells() -> pd.DataFrame:
    """Everything, once for all visitors."""
    return pd.read_csv(os.environ["PEER_DATA"])


@st.cache_data
def filtered(chains: list[str], quarters: list[str], categories: list[str]) -> pd.DataFrame:
    """The rows of a selection, remembered by what was selected."""
    rows = cells()
    for column, chosen in (("chain", chains), ("quarter", quarters), ("category", categories)):
        if chosen:
            rows = rows[rows[column].isin(chosen)]
    return rows


st.set_page_config(layout="wide")
everything = cells()
chains = st.multiselect("Chain", sorted(everything["chain"].unique()))
quarters = st.multiselect("Quarter", sorted(everything["quarter"].unique()))
categories = st.multiselect("Category", sorted(everything["category"].unique()))
rows = filtered(chains, quarters, categories)

sums = rows[["net_sales", "gross_sales", "discount", "units_sold", "cost_of_sales", "stockouts", "ranged"]].sum()
cards = {
    "Net sales": sums["net_sales"],
    "Units sold": sums["units_sold"],
    "Gross margin": 100 * (1 - sums["cost_of_sales"] / sums["net_sales"]) if sums["net_sales"] else 0.0,
    "Discount rate": 100 * sums["discount"] / sums["gross_sales"] if sums["gross_sales"] else 0.0,
    "Stockout rate": 100 * sums["stockouts"] / sums["ranged"] if sums["ranged"] else 0.0,
    "Ranged months": sums["ranged"],
}
for column, (label, value) in zip(st.columns(len(cards)), cards.items(), strict=True):
    column.metric(label, f"{value:,.1f}")


def bars(by: str, of: str) -> go.Figure:
    """Sums of one column, largest first."""
    found = rows.groupby(by)[of].sum().sort_values(ascending=False).head(20)
    return go.Figure(go.Bar(x=found.to_numpy(), y=found.index.astype(str), orientation="h"))


def lines(by: str, of: str) -> go.Figure:
    """Sums of one column by month, a line each."""
    found = rows.groupby([by, "month"])[of].sum().reset_index()
    return go.Figure([go.Scatter(x=part["month"], y=part[of], name=str(key)) for key, part in found.groupby(by)])


left, right = st.columns(2)
charts = [
    bars("store", "net_sales"),
    lines("chain", "net_sales"),
    bars("store", "stockouts"),
    lines("chain", "stockouts"),
    bars("category", "net_sales"),
    bars("store", "discount"),
    lines("category", "units_sold"),
    bars("product", "net_sales"),
]
for number, chart in enumerate(charts):
    (left if number % 2 == 0 else right).plotly_chart(chart, key=f"chart{number}")
st.dataframe(rows.groupby("store")[["net_sales", "units_sold", "discount", "stockouts"]].sum().reset_index())
