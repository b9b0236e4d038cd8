"""Meaning: filters, sums, KPIs and models over published facts. Never imports dash, flask or plotly."""
