"""Statistics and models, each with its baseline, n and period."""
