import re
from pathlib import Path

import pytest
from click.testing import Result
from dash import Dash

from dashapp.app import create_app
from dashapp.settings import BadSetting, Settings


@pytest.fixture
def empty(tmp_path: Path) -> Dash:
    return create_app(Settings(data_dir=tmp_path / "var"), ())


def run(app: Dash, *arguments: str) -> Result:
    return app.server.test_cli_runner().invoke(args=["data", *arguments])


def test_status_before_and_after_a_load(empty: Dash, raw: Path) -> None:
    before = run(empty, "status")
    assert before.exit_code == 1
    assert before.output.startswith("Error: No data yet.")
    load = run(empty, "load", str(raw))
    assert load.exit_code == 0
    assert "1,499 rows kept of 1,499" in load.output
    after = run(empty, "status")
    assert after.exit_code == 0
    assert "data as of 2023-06-30" in after.output
    assert "4 stores" in after.output


def test_check_reports_and_publishes_nothing(empty: Dash, raw: Path) -> None:
    found = run(empty, "check", str(raw))
    assert found.exit_code == 0
    assert "Nothing was published." in found.output
    assert run(empty, "status").exit_code == 1


def test_a_bad_folder_is_one_message_and_no_traceback(empty: Dash, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    for command in ("load", "check"):
        found = run(empty, command, str(tmp_path / "bad"))
        assert found.exit_code == 1
        assert "Error: stores.csv: the file is missing" in found.output
        assert "Traceback" not in found.output


def test_later_months_are_added_to_those_served(empty: Dash, raw: Path) -> None:
    """The same files again from June on: nothing changes but where the months come from."""
    nothing = run(empty, "refresh", "--source", str(raw), "--since", "2023-06")
    assert nothing.exit_code == 1
    assert "Error: No version is served yet" in nothing.output
    assert run(empty, "load", str(raw)).exit_code == 0
    added = run(empty, "refresh", "--source", str(raw), "--since", "2023-06")
    assert added.exit_code == 0
    kept, taken_over = re.findall(r"sales: ([\d,]+) rows kept of [\d,]+ in \S+, ([\d,]+) taken", added.output)[0]
    assert int(kept) + int(taken_over.replace(",", "")) == 1_499
    assert "1,499 sales" in added.output
    assert "YYYY-MM" in run(empty, "refresh", "--help").output


def test_an_unknown_mapping_names_those_there_are(empty: Dash, raw: Path) -> None:
    found = run(empty, "check", str(raw), "--mapping", "complete-jurney")
    assert found.exit_code == 1
    assert "complete-journey" in found.output


def test_a_folder_that_may_not_be_written_is_one_message(tmp_path: Path, raw: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path / "var"), ())
    (tmp_path / "var" / "warehouse").write_text("a file where the folder should be")
    found = run(app, "load", str(raw))
    assert found.exit_code == 1
    assert "Error: " in found.output
    assert "Traceback" not in found.output


def test_a_data_directory_that_cannot_be_used_ends_the_start_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(BadSetting, match="database of accounts cannot be opened"):
        create_app(Settings(data_dir=tmp_path / "var"), ())


def test_demo_publishes_a_named_retailer(empty: Dash) -> None:
    found = run(empty, "demo")
    assert found.exit_code == 0
    assert "of Demo retailer, data as of 2023-12-31, EUR" in found.output
