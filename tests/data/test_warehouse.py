"""Publishing: what readers see while versions come, fail, are killed, and go."""

import os
import resource
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import duckdb
import numpy as np
import pytest

from data.warehouse import (
    KEEP,
    Busy,
    Contents,
    Damaged,
    Gone,
    NotEnoughMemory,
    NotEnoughSpace,
    NotWritable,
    Version,
    Warehouse,
)
from tests.data.numbers import build, contents, number_in, versions


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


def test_there_is_no_version_before_the_first(warehouse: Warehouse) -> None:
    assert warehouse.current() is None


def test_a_published_version_is_served_with_its_manifest(warehouse: Warehouse) -> None:
    version = warehouse.publish(build(7))
    served = Warehouse(warehouse.root).current()
    assert served == version
    served.verify()
    assert served.manifest.as_of == "2023-12-31"
    assert served.manifest.measures == ("units_sold",)
    assert served.manifest.supplied == {"sales": ["quantity"]}
    assert sorted(served.manifest.files) == ["arrays/by_store.npy", "warehouse.duckdb"]
    assert number_in(served) == 7


def test_arrays_are_mapped_read_only(warehouse: Warehouse) -> None:
    array = warehouse.publish(build(7)).array("by_store")
    assert isinstance(array, np.memmap)
    assert array.tolist() == [7, 7, 7]
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 8


def test_a_new_version_is_seen_by_a_reader_that_holds_the_old_one(warehouse: Warehouse) -> None:
    reader = Warehouse(warehouse.root)
    warehouse.publish(build(1))
    old = reader.current()
    warehouse.publish(build(2))
    new = reader.current()
    assert old is not None
    assert new is not None
    assert (number_in(old), number_in(new)) == (1, 2)
    assert new.id > old.id


def test_the_same_version_is_opened_once(warehouse: Warehouse) -> None:
    warehouse.publish(build(1))
    assert warehouse.current() is warehouse.current()


def test_threads_share_the_database_and_not_a_cursor(warehouse: Warehouse) -> None:
    version, found = warehouse.publish(build(5)), list[int]()
    threads = [threading.Thread(target=lambda: found.append(number_in(version))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [5] * 8


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/*')",
        "COPY numbers TO '/tmp/stolen.csv'",
        "ATTACH ':memory:' AS other (TYPE sqlite)",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
        "INSERT INTO numbers VALUES (1)",
        "DROP TABLE numbers",
    ],
)
def test_the_database_reaches_nothing_else(warehouse: Warehouse, sql: str) -> None:
    with warehouse.publish(build(1)).connect() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(sql)


def test_the_newest_versions_are_kept(warehouse: Warehouse) -> None:
    made = [warehouse.publish(build(number)).id for number in range(KEEP + 2)]
    assert versions(warehouse) == made[-KEEP:]


def test_the_served_version_is_kept_when_the_clock_went_back(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(KEEP):
        warehouse.publish(build(number))
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    monkeypatch.setattr("data.warehouse.datetime", SimpleNamespace(now=lambda _: long_ago))
    version = warehouse.publish(build(9))
    assert version.id.startswith("2001")
    assert warehouse.current() == version
    assert version.id in versions(warehouse)
    assert len(versions(warehouse)) == KEEP


def test_what_was_opened_outlives_its_version_and_the_rest_is_gone(warehouse: Warehouse) -> None:
    old, unread = warehouse.publish(build(1)), warehouse.publish(build(2))
    array = old.array("by_store")
    assert number_in(old) == 1
    for number in range(KEEP):
        warehouse.publish(build(number))
    assert array.tolist() == [1, 1, 1]
    assert number_in(old) == 1
    for too_late in (lambda: old.array("by_store"), unread.connect, unread.verify, lambda: Version.open(old.path)):
        with pytest.raises(Gone, match="replaced by a newer one"):
            too_late()


def test_leftovers_of_a_killed_publisher_are_removed(warehouse: Warehouse) -> None:
    left = warehouse.root / "versions" / ".20230101-000000-000000.partial"
    left.mkdir(parents=True)
    (left / "half.npy").write_bytes(b"half")
    version = warehouse.publish(build(1))
    assert versions(warehouse) == [version.id]


def test_a_failing_build_changes_nothing(warehouse: Warehouse) -> None:
    version = warehouse.publish(build(1))

    def fails(path: Path) -> Contents:
        (path / "half.npy").write_bytes(b"half")
        raise KeyError("sales.csv, row 7")

    with pytest.raises(KeyError, match="row 7"):
        warehouse.publish(fails)
    assert warehouse.current() == version
    assert versions(warehouse) == [version.id]


# --- damage ----------------------------------------------------------------------------------------------------------


def truncate(path: Path) -> None:
    with (path / "arrays" / "by_store.npy").open("rb+") as file:
        file.truncate(10)


def remove(path: Path) -> None:
    (path / "warehouse.duckdb").unlink()


def garble(path: Path) -> None:
    (path / "manifest.json").write_text("{")


@pytest.mark.parametrize(
    ("harm", "message"),
    [(truncate, "has 10 bytes"), (remove, "warehouse.duckdb is missing"), (garble, "manifest.json cannot be read")],
)
def test_a_damaged_version_is_not_served(warehouse: Warehouse, harm: Callable[[Path], None], message: str) -> None:
    version = warehouse.publish(build(1))
    harm(version.path)
    with pytest.raises(Damaged, match=message):
        Warehouse(warehouse.root).current()
    assert number_in(warehouse.publish(build(2))) == 2


def test_a_changed_byte_is_found_by_verify(warehouse: Warehouse) -> None:
    version = warehouse.publish(build(1))
    with (version.path / "arrays" / "by_store.npy").open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\x07")
    with pytest.raises(Damaged, match="checksum differs"):
        version.verify()


@pytest.mark.parametrize("name", ["", "../../etc", "20230101-000000-000000"])
def test_a_pointer_that_names_no_version_is_damage(warehouse: Warehouse, name: str) -> None:
    warehouse.publish(build(1))
    (warehouse.root / "CURRENT").write_text(name)
    with pytest.raises(Damaged, match="Run the refresh again"):
        Warehouse(warehouse.root).current()


# --- no room, no right ------------------------------------------------------------


@pytest.fixture
def files_up_to_100_kb() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def too_large_a_file(path: Path) -> Contents:
    (path / "big.npy").write_bytes(bytes(200_000))
    return contents()


def too_large_a_database(path: Path) -> Contents:
    with duckdb.connect(path / "warehouse.duckdb") as con:
        con.execute("CREATE TABLE numbers AS SELECT hash(i) AS n FROM range(100_000) r(i)")
        con.execute("CHECKPOINT")
    return contents()


@pytest.mark.parametrize("too_large", [too_large_a_file, too_large_a_database])
def test_a_version_without_room_is_refused_and_cleaned_away(
    warehouse: Warehouse, request: pytest.FixtureRequest, too_large: Callable[[Path], Contents]
) -> None:
    version = warehouse.publish(build(1))
    request.getfixturevalue("files_up_to_100_kb")
    with pytest.raises(NotEnoughSpace) as refused:
        warehouse.publish(too_large)
    assert versions(warehouse) == [version.id]
    version.verify()
    message = str(refused.value)
    assert "No room for a new version" in message
    assert f"The version of {version.id[:4]}-" in message
    assert "is served as before. Make room" in message


def test_a_full_disk_names_what_is_needed_and_what_is_there(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The served version takes 120 MB, 8 MB are free."""
    warehouse.publish(build(1))
    served = warehouse.current()
    assert served is not None
    object.__setattr__(served.manifest, "files", {"by_store.npy": (120_000_000, "")})
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=8_000_000))

    def fills_the_disk(_: Path) -> Contents:
        raise OSError(28, "No space left on device")

    with pytest.raises(NotEnoughSpace, match=r"it needs about 120\.0 MB, 8\.0 MB were there"):
        warehouse.publish(fills_the_disk)


def test_too_little_memory_is_said_and_what_was_served_stays(warehouse: Warehouse) -> None:
    """A million texts in groups of their own do not fit into 20 MB where nothing may be sorted on disk."""
    version = warehouse.publish(build(1))

    def too_much(path: Path) -> Contents:
        few = {"memory_limit": "20MB", "temp_directory": ""}
        with duckdb.connect(path / "warehouse.duckdb", config=few) as con:
            con.execute(
                "CREATE TABLE texts AS SELECT md5(i::VARCHAR) AS t, count(*) FROM range(1_000_000) r(i) GROUP BY 1"
            )
        return contents()

    with pytest.raises(NotEnoughMemory, match=r"is served as before\. Run it on a machine with more memory"):
        warehouse.publish(too_much)
    assert versions(warehouse) == [version.id]


def test_a_place_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write anywhere, so the refusal of the system is played."""

    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(NotWritable, match=r"shop cannot be written \(Permission denied\)\. None is served yet"):
        Warehouse(tmp_path / "shop").publish(build(1))


# --- staged, released, rolled back ---------------------------------------------------


def staged_in(warehouse: Warehouse) -> list[str]:
    return sorted(path.name for path in warehouse.root.glob("staged/*"))


def test_a_staged_version_is_whole_and_not_served_until_it_is_released(warehouse: Warehouse) -> None:
    before = warehouse.publish(build(1))
    version = warehouse.stage(build(2), "ann")
    assert warehouse.current() == before
    assert number_in(version) == 2
    assert version.manifest.by == "ann"
    assert versions(warehouse) == [before.id]
    released = warehouse.release(version.id)
    assert warehouse.current() == released
    assert number_in(released) == 2
    assert versions(warehouse) == [before.id, version.id]
    assert staged_in(warehouse) == []
    assert warehouse.release(version.id).id == version.id  # asked twice, done once


def test_one_version_waits_at_most_and_can_be_discarded(warehouse: Warehouse) -> None:
    first, second = warehouse.stage(build(1)), warehouse.stage(build(2))
    assert staged_in(warehouse) == [second.id]
    for gone in (first.id, "../../versions", "", "20230101-000000-000000"):
        with pytest.raises(Gone):
            warehouse.release(gone)
    warehouse.discard()
    warehouse.discard()
    assert staged_in(warehouse) == versions(warehouse) == []
    assert warehouse.current() is None


def test_a_failing_stage_leaves_nothing(warehouse: Warehouse) -> None:
    version = warehouse.publish(build(1))
    with pytest.raises(NotEnoughSpace, match="is served as before"):
        warehouse.stage(lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    assert staged_in(warehouse) == []
    assert versions(warehouse) == [version.id]


def test_a_version_that_waits_outlives_others_that_are_published(warehouse: Warehouse) -> None:
    waiting = warehouse.stage(build(9))
    made = [warehouse.publish(build(number)).id for number in range(KEEP)]
    assert number_in(warehouse.release(waiting.id)) == 9
    assert versions(warehouse) == [waiting.id, *made[-KEEP + 1 :]]


def test_rolling_back_serves_an_older_version_to_every_reader_and_forward_again(warehouse: Warehouse) -> None:
    reader = Warehouse(warehouse.root)
    old, new = warehouse.publish(build(1)), warehouse.publish(build(2))
    for chosen, number in ((old, 1), (old, 1), (new, 2)):
        warehouse.roll_back(chosen.id)
        served = reader.current()
        assert served is not None
        assert number_in(served) == number
        assert [version.id for version in warehouse.kept()] == [new.id, old.id]


def test_the_version_rolled_back_to_outlives_the_next_publication(warehouse: Warehouse) -> None:
    """It is the one known to be good, and the oldest."""
    good, *bad = (warehouse.publish(build(number)) for number in range(KEEP))
    warehouse.roll_back(good.id)
    new = warehouse.publish(build(9))
    assert versions(warehouse) == [good.id, bad[-1].id, new.id]
    assert number_in(warehouse.roll_back(good.id)) == 0


def test_a_damaged_or_missing_version_is_not_rolled_back_to(warehouse: Warehouse) -> None:
    old, new = warehouse.publish(build(1)), warehouse.publish(build(2))
    with (old.path / "arrays" / "by_store.npy").open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\x07")
    with pytest.raises(Damaged, match="checksum differs"):
        warehouse.roll_back(old.id)
    for name in ("../staged", "20230101-000000-000000", new.id + "/.."):
        with pytest.raises(Gone):
            warehouse.roll_back(name)
    assert warehouse.current() == new


def test_whoever_comes_second_is_told_who_and_since_when(warehouse: Warehouse) -> None:
    """In one process too; nothing of the first is harmed."""
    refused: list[Busy] = []

    def interrupted(path: Path) -> Contents:
        for second in (lambda: warehouse.stage(build(2), "bob"), warehouse.discard, lambda: warehouse.roll_back("x")):
            with pytest.raises(Busy) as busy:
                second()
            refused.append(busy.value)
        return build(1)(path)

    warehouse.stage(interrupted, "ann")
    assert {busy.by for busy in refused} == {f"ann (pid {os.getpid()})"}
    assert all(busy.since.startswith("2") for busy in refused)
    assert len(staged_in(warehouse)) == 1
