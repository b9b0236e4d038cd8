"""mapping.toml: how files that are not laid out as the contract become the contract's tables.

```toml
[dataset]
name = "Corner shop"
currency = "EUR"

[files.receipts]            # an alias; a table without a mapping is read from the alias of its own name
file = "tills.csv"          # optional; delimiter, encoding (utf-8, latin-1, utf-16), decimal, dates
delimiter = ";"
[files.receipts.leave_out]  # rows no table reads: reason = condition
"test receipts" = "till == 99"
[files.receipts.count]      # rows that are read, and mentioned in the quality report: what = condition
"sold by weight" = "weight > 0"

[tables.sales]
from = "receipts"
join = { file = "headers", on = "receipt_id" }   # each row of `from` with the one row of `file`
columns = { transaction_id = "receipt_id", net_amount = "paid - refund" }   # others keep their own names

[tables.products]
from = "articles"
only_in = "receipts.product_id"   # rows whose column of the same name occurs there
one_row_per_key = true      # group by the key; the other columns take their first value, or an aggregate
```
The language of the expressions is `data.ingest.expressions`.
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from data.ingest.bad_input import BadMapping, listed, near
from data.ingest.read import FileOptions
from data.schema import TABLES

SHIPPED: Final = Path(__file__).parent / "mappings"
IN_FOLDER: Final = "mapping.toml"
SECTIONS: Final = {"dataset": dict, "files": dict, "tables": dict}
DATASET_KEYS: Final = {"name": str, "currency": str}
FILE_KEYS: Final = {
    "file": str, "delimiter": str, "encoding": str, "decimal": str, "dates": (str, list), "leave_out": dict,
    "count": dict,
}  # fmt: skip
TABLE_KEYS: Final = {"from": str, "join": dict, "only_in": str, "one_row_per_key": bool, "columns": dict}
ALLOWED: Final = {"encoding": ("utf-8", "latin-1", "utf-16"), "decimal": (".", ",")}


@dataclass(frozen=True, slots=True)
class FileMapping:
    """One input file. leave_out, count: reason → condition."""

    options: FileOptions = FileOptions()
    leave_out: dict[str, str] = field(default_factory=dict)
    count: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One table of the contract. join: (alias, column). only_in: (alias, column). columns: contract → expression."""

    source: str
    join: tuple[str, str] | None = None
    only_in: tuple[str, str] | None = None
    one_row_per_key: bool = False
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping. origin: the name of its file, for messages. Files and tables it does not name are as usual."""

    origin: str = IN_FOLDER
    dataset: str = ""
    currency: str = ""
    files: dict[str, FileMapping] = field(default_factory=dict)
    tables: dict[str, TableMapping] = field(default_factory=dict)

    def table(self, name: str) -> TableMapping:
        """How to make one table: as mapped, or from the file of its own name."""
        return self.tables.get(name) or TableMapping(name)

    def file(self, alias: str) -> FileMapping:
        """How to read one file."""
        return self.files.get(alias) or FileMapping()

    def bad(self, setting: str, what: str, remedy: str = "Correct it in the mapping") -> BadMapping:
        """The complaint about one setting."""
        return BadMapping(self.origin, what, remedy, column=setting)


def load_mapping(folder: Path, mapping: str | Path | None = None) -> Mapping:
    """The mapping to use: the file given, a shipped one by name, the folder's mapping.toml, or none. BadMapping."""
    path = _locate(folder, mapping)
    if path is None:
        return Mapping()
    origin = Mapping(origin=path.name)
    try:
        raw = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as problem:
        raise origin.bad("", f"the mapping cannot be read ({problem.strerror})", "Check the path") from None
    except ValueError as problem:
        raise origin.bad("", f"this is not TOML ({problem})") from None
    return _parsed(raw, origin)


def _locate(folder: Path, mapping: str | Path | None) -> Path | None:
    if mapping is None:
        return folder / IN_FOLDER if (folder / IN_FOLDER).exists() else None
    if isinstance(mapping, Path) or mapping.endswith(".toml"):
        return Path(mapping)
    shipped = {path.stem: path for path in SHIPPED.glob("*.toml")}
    if mapping not in shipped:
        what = f"there is no mapping of that name{near(mapping, shipped)}"
        raise BadMapping(mapping, what, f"Shipped are {listed(sorted(shipped))}; or give the path of a .toml file")
    return shipped[mapping]


def _parsed(raw: dict[str, Any], origin: Mapping) -> Mapping:
    _check_keys(raw, SECTIONS, "", origin)
    about = raw.get("dataset", {})
    _check_keys(about, DATASET_KEYS, "[dataset]", origin)
    mapping = Mapping(
        origin.origin,
        about.get("name", ""),
        about.get("currency", ""),
        {alias: _file(alias, settings, origin) for alias, settings in raw.get("files", {}).items()},
        {name: _table(name, settings, origin) for name, settings in raw.get("tables", {}).items()},
    )
    for name, table in mapping.tables.items():
        for alias in (table.source, *(pair[0] for pair in (table.join, table.only_in) if pair)):
            if alias not in {*mapping.files, *TABLES}:
                raise origin.bad(f"[tables.{name}]", f"unknown file {alias!r}{near(alias, mapping.files)}")
    return mapping


def _check_keys(settings: object, allowed: dict[str, Any], place: str, origin: Mapping) -> None:
    if not isinstance(settings, dict):
        raise origin.bad(place, "a table of settings is expected here")
    for key, value in settings.items():
        if key not in allowed:
            raise origin.bad(
                f"{place} {key}".strip(), f"unknown setting{near(key, allowed)}", f"There are {listed(allowed)}"
            )
        if not isinstance(value, allowed[key]):
            kind = {str: "a text", dict: "a table of settings", bool: "true or false"}.get(
                allowed[key], "a text or a list"
            )
            raise origin.bad(f"{place} {key}".strip(), f"{value!r} is not {kind}")


def _texts(settings: dict[str, Any], place: str, origin: Mapping) -> dict[str, str]:
    _check_keys(settings, dict.fromkeys(settings, str), place, origin)
    return settings


def _file(alias: str, settings: dict[str, Any], origin: Mapping) -> FileMapping:
    place = f"[files.{alias}]"
    _check_keys(settings, FILE_KEYS, place, origin)
    name = settings.get("file", "")
    if Path(name).name != name or (name and not name.endswith((".csv", ".csv.gz", ".parquet"))):
        raise origin.bad(f"{place} file", f"{name!r} is not the name of a .csv, .csv.gz or .parquet file in the folder")
    for key, choices in ALLOWED.items():
        if settings.get(key, choices[0]) not in choices:
            raise origin.bad(f"{place} {key}", f"{settings[key]!r} is not among {listed(choices)}")
    delimiter = settings.get("delimiter", ",")
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise origin.bad(f"{place} delimiter", f"{delimiter!r} is not one character")
    dates = settings.get("dates", ())
    formats = (dates,) if isinstance(dates, str) else tuple(map(str, dates))
    options = FileOptions(name, delimiter, settings.get("encoding", "utf-8"), settings.get("decimal", "."), formats)
    rules = {key: _texts(settings.get(key, {}), f"[files.{alias}.{key}]", origin) for key in ("leave_out", "count")}
    return FileMapping(options, rules["leave_out"], rules["count"])


def _table(name: str, settings: dict[str, Any], origin: Mapping) -> TableMapping:
    place = f"[tables.{name}]"
    if name not in TABLES:
        raise origin.bad(place, f"unknown table{near(name, TABLES)}", f"There are {listed(TABLES)}")
    _check_keys(settings, TABLE_KEYS, place, origin)
    columns = _texts(settings.get("columns", {}), f"{place} columns", origin)
    known = [column.name for column in TABLES[name].columns]
    for column in columns:
        if column not in known:
            raise origin.bad(f"{place} {column}", f"unknown column{near(column, known)}", f"There are {listed(known)}")
    only_in = settings.get("only_in")
    if only_in is not None and only_in.count(".") != 1:
        raise origin.bad(f"{place} only_in", f"{only_in!r} is not of the form 'file.column'")
    alias, _, column = (only_in or "").partition(".")
    return TableMapping(
        settings.get("from", name),
        _join(settings.get("join"), place, origin),
        (alias, column) if only_in else None,
        settings.get("one_row_per_key", False),
        columns,
    )


def _join(settings: dict[str, Any] | None, place: str, origin: Mapping) -> tuple[str, str] | None:
    if settings is None:
        return None
    _check_keys(settings, {"file": str, "on": str}, f"{place} join", origin)
    if set(settings) != {"file", "on"}:
        raise origin.bad(f"{place} join", "needs file and on")
    return settings["file"], settings["on"]
