"""Raw tables as files of a lake, read by a Spark cluster of two workers: the same marts as from a folder."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.engines.protocol import EngineError
from tests.data.dirty_tables import DIRTY
from tests.data.ingest.corner_shop import FILES, write
from tests.data.raw_tables import differences, raw_tables
from tests.engines.cluster import SHORT_LIVED, spark_cluster
from tests.engines.conftest import Million
from tests.engines.found import found
from tests.engines.sources import into_lake, marts_of_engine, marts_of_folder, spark_source
from tests.programs import free_port

# pyspark leaves it to the garbage to close the sockets through which rows come.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"),
]
# For jobs of seconds: machines that are warm soon, and no plan that is made again on the way.
QUICK = {
    "spark.executor.memory": "1g",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": SHORT_LIVED,
    "spark.executor.extraJavaOptions": SHORT_LIVED,
}
# For some rows: no code is made and compiled of every plan.
TINY = QUICK | {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
# In one load, as each takes Spark half a minute: what the others would say by themselves is in the million lines.
WORST = {
    "sales": [
        *(",".join(row.split(",")[1:8]) for row in [*FILES["sales"], FILES["sales"][1]]),
        "T7,2023-02-03,S1,P3,,3,0.125", "T7,2023-02-03,S1,P3,,-3,0.125", "t1,2023-02-03,s9,P9,C9,1,1.005",
    ],
    "inventory": [row.rpartition(",")[0] for row in FILES["inventory"]],
    "stores": DIRTY["letters of every kind"]["stores"],
    "customers": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with spark_cluster(tmp_path_factory.mktemp("spark")) as master:
        yield master
    gc.collect()  # what pyspark leaves open is warned of here, where it is ignored


def test_a_million_lines_make_the_same_marts(cluster: str, million: Million, tmp_path: Path) -> None:
    lake = into_lake(million.tables, tmp_path)
    report = marts_of_engine(spark_source(cluster, lake, QUICK), tmp_path / "made.duckdb")
    assert set(differences(million.marts, tmp_path / "made.duckdb").values()) == {0}
    assert found(report) == found(million.report)


def test_the_worst_tables_make_the_same_marts(cluster: str, tmp_path: Path) -> None:
    """Without ids of lines, amounts, customers and receipts; halves of a cent, unknown ids, letters of every kind."""
    folder = write(tmp_path / "raw", **WORST)
    files = marts_of_folder(folder, tmp_path / "folder.duckdb")
    lake = into_lake(raw_tables(folder), tmp_path)
    tables = marts_of_engine(spark_source(cluster, lake, TINY), tmp_path / "engine.duckdb")
    differing = differences(tmp_path / "folder.duckdb", tmp_path / "engine.duckdb")
    assert {mart: rows for mart, rows in differing.items() if rows} == {}
    assert found(files) == found(tables)


def test_what_does_not_fit_is_one_sentence(cluster: str, tmp_path: Path) -> None:
    con = raw_tables(write(tmp_path / "raw"))
    con.execute("ALTER TABLE sales ALTER quantity TYPE VARCHAR")
    lake = into_lake(con, tmp_path)
    with pytest.raises(EngineError, match="column 'quantity' of raw_sales .* is text, which cannot be whole number"):
        marts_of_engine(spark_source(cluster, lake, TINY), tmp_path / "made.duckdb")
    for file in (lake / "sales").iterdir():
        file.unlink()
    (lake / "sales").rmdir()
    (tmp_path / "made.duckdb").unlink()
    with pytest.raises(EngineError, match="has no table raw_sales"):
        marts_of_engine(spark_source(cluster, lake, TINY), tmp_path / "made.duckdb")


def test_a_master_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be reached"):
        marts_of_engine(f"spark://127.0.0.1:{free_port()}?tables={tmp_path}", tmp_path / "made.duckdb")
