"""Imports point down, the web stays light, and what was decided against stays out."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("data", "analytics", "dashapp")
LONGEST_FILE, LONGEST_FUNCTION = 300, 50  # lines
FORBIDDEN = {
    "data": {"analytics", "dashapp", "dash", "flask", "plotly", "wsgi"},
    "analytics": {"dashapp", "dash", "flask", "plotly", "flask_caching", "dash_ag_grid", "dash_bootstrap_components"},
    "dashapp": {"ibis", "sqlglot", "duckdb", "sklearn"},
    "dashapp/figures": {"dash", "flask", "data", "pandas"},
}
COMPILERS = {"ibis", "sqlglot"}  # they write the SQL of the marts; nothing that runs needs them
OFF_THE_WEB = ("ibis", "sqlglot", "sklearn", "scipy.optimize", "scipy.stats", "pandas", "plotly.express", "xlsxwriter")
# Hidden callbacks, a second way in and markup out of data: neither as an argument nor as the key of a dict.
BANNED = {"suppress_callback_exceptions", "api_endpoint", "dangerously_allow_html"}
FILES = {str(path.relative_to(ROOT)): path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))}
EACH_FILE = pytest.mark.parametrize("name", FILES)


def tree(name: str) -> ast.Module:
    return ast.parse(FILES[name].read_text(encoding="utf-8"), name)


def imported(name: str) -> set[str]:
    """Every module a file imports anywhere in it, relative ones spelled out: {"data.version", "numpy", …}."""
    found: set[str] = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            folder = name.split("/")[: -node.level] if node.level else []
            module = ".".join([*folder, *([node.module] if node.module else [])])
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def packages(name: str) -> set[str]:
    return {module.split(".")[0] for module in imported(name)}


def functions(name: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name}: {node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_the_rooms_are_there() -> None:
    """A check of nothing would always pass."""
    assert {name.split("/")[0] for name in FILES} == set(ROOMS)
    assert len(FILES) > 50
    assert "data" in packages("analytics/cube.py")
    assert "analytics.filters" in imported("dashapp/wiring.py")


@pytest.mark.parametrize("room", FORBIDDEN)
def test_imports_point_down(room: str) -> None:
    offenders = {
        name: found for name in FILES if name.startswith(f"{room}/") and (found := packages(name) & FORBIDDEN[room])
    }
    assert offenders == {}


def test_only_the_marts_know_the_compiler() -> None:
    """And nothing that runs imports what writes the SQL."""
    compiling = {f"data/{name}.py" for name in ("dialects", "mart_terms", "marts")}
    assert {name for name in FILES if packages(name) & COMPILERS} == compiling
    writing = compiling | {"data/staging.py"}
    modules = {name.removesuffix(".py").replace("/", ".") for name in writing}
    assert {name for name in FILES if imported(name) & modules} <= writing


def test_tabs_and_figures_ask_through_the_one_door() -> None:
    """What a tab shows comes from `analytics.queries`: never from the cube or from files."""
    below = ("analytics.cube.", "analytics.baskets.", "analytics.totals.", "analytics.refresh.", "data.")
    for name in FILES:
        if name.startswith(("dashapp/tabs/", "dashapp/figures/")):
            assert [module for module in imported(name) if f"{module}.".startswith(below)] == [], name


def test_the_web_does_not_load_what_only_the_refresh_needs() -> None:
    """A worker that has made the app has no compiler, no learner and no pandas in its memory."""
    code = f"""
import json, sys, tempfile
from pathlib import Path
from dashapp.app import create_app
from dashapp.settings import Settings
with tempfile.TemporaryDirectory() as folder:
    create_app(Settings(data_dir=Path(folder)))
print(json.dumps([name for name in {OFF_THE_WEB!r} if name in sys.modules]))
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == []


@EACH_FILE
def test_nothing_that_was_decided_against(name: str) -> None:
    """Nor printing, nor callbacks in the background, which would outlive the request that asked."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.keyword):
            assert node.arg not in BANNED, f"{name}:{node.value.lineno}"
            assert (node.arg, getattr(node.value, "value", None)) != ("background", True), f"{name}:{node.value.lineno}"
        if isinstance(node, ast.Constant):
            assert not (isinstance(node.value, str) and node.value in BANNED), f"{name}:{node.lineno}"
        if isinstance(node, ast.Call):
            assert getattr(node.func, "id", None) != "print", f"{name}:{node.lineno}"


@EACH_FILE
def test_files_fit_in_a_head(name: str) -> None:
    assert len(FILES[name].read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@EACH_FILE
def test_functions_fit_on_a_screen(name: str) -> None:
    assert {function: lines for function, lines in functions(name) if lines > LONGEST_FUNCTION} == {}
