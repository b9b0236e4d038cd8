"""Runs the committed SQL of the marts where the data are: in DuckDB here, or in an engine that has the raw tables."""

from data.engines.local import MARTS, SCRATCH, SQL, MartsDisagree, mart_sql, run_marts

__all__ = ["MARTS", "SCRATCH", "SQL", "MartsDisagree", "mart_sql", "run_marts"]
