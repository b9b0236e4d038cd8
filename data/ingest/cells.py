"""One cell of a file as a value of the contract: NULL where it cannot be read, and what to say about it then."""

import re
from typing import Final, Literal

from data.schema import SQL_TYPE, Type

Kind = Literal["text", "number", "moment"]
READS: Final[dict[Type, tuple[Kind, ...]]] = {
    "text": ("text", "number"),
    "whole number": ("text", "number"),
    "number": ("text", "number"),
    "money": ("text", "number"),
    "date": ("text", "moment"),
    "moment": ("text", "moment"),
    "month": ("text", "moment"),
}
NUMBER_TYPE: Final = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))")
MAX_TEXT_BYTES: Final = 32 * 1024
# In a name this breaks every page: the search of Dash's menus (js-search) files what it finds under parts of names, and
# under this one keeps a browser what all its objects have in common.
PROTOTYPE: Final = "__proto__"
LARGEST_WHOLE: Final = 1e15  # a DOUBLE still counts every unit up to here
BLANKS: Final = "' ' || chr(9) || chr(10) || chr(13) || chr(160)"


def kind_of(sql_type: str) -> Kind | None:
    """What a DuckDB type can be read as; None for lists, structs, blobs, truth values …"""
    if sql_type in ("VARCHAR", "UUID") or sql_type.startswith("ENUM"):
        return "text"
    if sql_type == "DATE" or sql_type.startswith("TIMESTAMP"):
        return "moment"
    return "number" if NUMBER_TYPE.fullmatch(sql_type) else None


def given(kind: Kind, cell: str) -> str:
    """SQL: the cell without surrounding blanks, NULL if nothing is left."""
    return f"nullif(trim({cell}::VARCHAR, {BLANKS}), '')" if kind == "text" else cell


def as_text(kind: Kind, cell: str) -> str:
    """SQL: the cell as text of at most 32 KB without `PROTOTYPE`; a number such as 13085.0, pandas' id, is 13085."""
    if kind == "text":
        foul = f"contains({cell}, '__') AND contains(lower({cell}), '{PROTOTYPE}')"  # the first is quick, rarely true
        return f"CASE WHEN strlen({cell}) <= {MAX_TEXT_BYTES} AND NOT ({foul}) THEN {given(kind, cell)} END"
    if kind == "moment":
        return f"({cell})::VARCHAR"
    return f"CASE WHEN {_is_whole(cell)} THEN ({cell})::BIGINT::VARCHAR ELSE ({cell})::VARCHAR END"


def as_number(kind: Kind, cell: str, decimal: str = ".") -> str:
    """SQL: the cell as a finite DOUBLE. decimal: "," reads 1.234,5 as 1234.5."""
    plain = f"replace(replace({cell}, '.', ''), ',', '.')" if decimal == "," and kind == "text" else cell
    number = f"TRY_CAST({given(kind, plain)} AS DOUBLE)"
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def as_moment(kind: Kind, cell: str, formats: list[str]) -> str:
    """SQL: the cell as TIMESTAMP. formats: names of the parameters that hold strptime formats."""
    if kind == "moment":
        moment = f"({cell})::TIMESTAMP"
    else:
        text = given(kind, cell)
        # 2023-01 stands for its first day; words such as 'epoch' and 'infinity' are no dates
        iso = f"TRY_CAST(CASE WHEN strlen({text}) = 7 THEN {text} || '-01' ELSE {text} END AS TIMESTAMP)"
        iso = f"CASE WHEN {text} BETWEEN '0' AND ':' THEN {iso} END"
        moment = f"coalesce({', '.join([iso, *(f'try_strptime({text}, ${name})' for name in formats)])})"
    return f"CASE WHEN isfinite({moment}) THEN {moment} END"


def typed(wanted: Type, kind: Kind, cell: str, decimal: str, formats: list[str]) -> str:
    """SQL: the cell as the contract's type, NULL where it cannot be. decimal, formats: as above."""
    if wanted == "text":
        return as_text(kind, cell)
    if wanted in ("number", "money"):
        return as_number(kind, cell, decimal)
    if wanted == "whole number":
        number = as_number(kind, cell, decimal)
        return f"CASE WHEN {_is_whole(number)} THEN ({number})::BIGINT END"
    moment = as_moment(kind, cell, formats)
    return f"date_trunc('month', {moment})::DATE" if wanted == "month" else f"({moment})::{SQL_TYPE[wanted]}"


def _is_whole(number: str) -> str:
    return f"({number}) = trunc({number}) AND abs({number}) < {LARGEST_WHOLE}"


def unreadable(wanted: Type, value: str, file: str) -> tuple[str, str]:
    """What is wrong with `value`, and what to do about it."""
    shown = repr(value if len(value) <= 40 else value[:40] + "…")
    if wanted == "text" and PROTOTYPE in value.lower():
        return f"{shown} holds {PROTOTYPE}, which browsers take for the prototype of all objects", "Rename it"
    if wanted == "text":
        return (
            f"the text is longer than {MAX_TEXT_BYTES // 1024} KB",
            "Shorten it, or look for a missing quotation mark",
        )
    noun = {"money": "an amount of money", "moment": "a date or a time", "whole number": "a whole number"}.get(wanted)
    what = f"{shown} is not {noun or 'a ' + wanted}"
    if wanted in ("date", "moment", "month"):
        return what, _date_remedy(value, wanted, file)
    return what, _number_remedy(value, wanted)


def _date_remedy(value: str, wanted: Type, file: str) -> str:
    if re.match(r"\d{4}-\d\d-\d\d", value):
        return "There is no such day or time; correct it"
    shape = "YYYY-MM" if wanted == "month" else "YYYY-MM-DD" + (" HH:MM" if wanted == "moment" else "")
    return f"Write {shape}, or name the format in mapping.toml, e.g. [files.{file}] dates = '%d/%m/%Y'"


def _number_remedy(value: str, wanted: Type) -> str:
    dot, comma = value.rfind("."), value.rfind(",")
    if 0 <= dot < comma or (comma >= 0 and dot < 0 and len(value) - comma != 4):
        plain = value.replace(".", "").replace(",", ".")
        return f"Write {plain}, or set decimal = ',' in mapping.toml"
    if comma >= 0:
        return f"Write {value.replace(',', '')}, without thousands separators"
    if wanted == "whole number" and re.fullmatch(r"[-+]?\d*\.\d+", value):
        return "Write whole units; for goods sold by weight or volume, write 1"
    return "Write the number alone, with a point before decimals, or leave the cell blank if it may be"
