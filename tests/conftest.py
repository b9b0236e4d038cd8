"""Fixtures for every test: programs that are run for real."""

pytest_plugins = ("tests.programs",)
