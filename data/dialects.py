"""How each engine says what the marts' expressions mean: compiles them to the SQL that is committed in `data/sql`.

The SQL of DuckDB names the schemas staging and marts. Every other engine finds the tables by their bare names, in a
place of our own: temporary tables, temporary views, or a database for one refresh.
"""

import re
from collections.abc import Callable
from typing import Any, Final

import ibis
import ibis.backends.sql.compilers as compilers
import sqlglot
import sqlglot.expressions as sge
from ibis import Schema, Table
from ibis.config import Config

from data.engines import MARTS, SQL
from data.engines.steps import STEPS, VIEWS
from data.marts import EXPRESSIONS, FACTS
from data.staging import selects

# The first are run by the refresh, the others only compiled.
DIALECTS: Final = ("postgres", "clickhouse", "pyspark", "trino", "bigquery", "snowflake")
# A hundred texts from all over a table are six times faster read where they are not packed.
STORED: Final = {"lines": {"transaction_id": " USING COMPRESSION 'uncompressed'"}}
# Ibis' names for what it unnests, new ones every time.
GENERATED: Final = re.compile(r"ibis_\w+_[a-z2-7]{26}|(?<=')[0-9a-f]{32}(?=')")
RANKS: Final = (sge.RowNumber, sge.DenseRank)
Node = Any  # an expression of sqlglot, whose methods are not typed


class _SparkOptions(Config):  # type: ignore[misc]
    """What Ibis asks before it compiles for Spark, and only its Spark backend would register."""

    treat_nan_as_null: bool = False


def compile_mart(name: str, dialect: str) -> str:
    """The text of `data/sql/<dialect>/<name>.sql`: a table with declared types and an INSERT; a view in Spark."""
    expression = EXPRESSIONS[name]()
    if dialect == "duckdb":
        tree = compilers.duckdb.compiler.to_sqlglot(expression.unbind()).transform(_as_whole_number)
        select = tree.sql(dialect=_sqlglot(dialect), pretty=True)
        return f"{_create(name, expression, dialect)};\n\nINSERT INTO marts.{name}\n{select};\n"
    select = spelled(_tree(expression, dialect), dialect)
    if dialect == "pyspark":
        return f"{KEPT[dialect].format(name)}\n{select};\n"
    return f"{_create(name, expression, dialect)};\n\nINSERT INTO {name}\n{select};\n"


def compile_staging(dialect: str) -> str:
    """The text of `data/sql/<dialect>/staging.sql`: every step of `data.engines.steps`, one statement each."""
    made = selects()
    texts = []
    for name in STEPS:
        form = (VIEWED if name.startswith(VIEWS) else KEPT).get(dialect, "CREATE TABLE {} AS")
        select = spelled(_named(sqlglot.parse_one(made[name], read="duckdb")), dialect)
        texts.append(f"{form.format(name)}\n{select};\n")
    return "\n".join(texts)


def spelled(tree: Node, dialect: str) -> str:
    """The text of a tree of SQL with our names and meanings in the words of the dialect."""
    changed = tree.transform(lambda node: _changed(node, dialect))
    text = str(changed.sql(dialect=_sqlglot(dialect), pretty=True))
    for number, name in enumerate(dict.fromkeys(GENERATED.findall(text))):
        text = text.replace(name, f"ibis_{number}")
    return text


def write_sql() -> None:
    """Writes the SQL of every mart in every dialect; what `python -m data.marts` does."""
    for dialect in ("duckdb", *DIALECTS):
        (SQL / dialect).mkdir(exist_ok=True)
        for name in MARTS:
            (SQL / dialect / f"{name}.sql").write_text(compile_mart(name, dialect), encoding="utf-8")
        if dialect != "duckdb":
            (SQL / dialect / "staging.sql").write_text(compile_staging(dialect), encoding="utf-8")


def _tree(expression: Table, dialect: str) -> Node:
    """Without its order: tables of an engine have none, and what is fetched from them is sorted then."""
    if ibis.options.pyspark is None:
        ibis.options.pyspark = _SparkOptions()
    tree = getattr(compilers, dialect).compiler.to_sqlglot(expression.unbind())
    tree.set("order", None)
    for order in tree.find_all(sge.Order):
        order.set("expressions", list(order.expressions))  # Ibis puts a tuple there, which no walk would enter
    return tree


def _named(tree: Node) -> Node:
    """Every table in parentheses gets a name: PostgreSQL insists before its release 16."""
    for number, part in enumerate(tree.find_all(sge.Subquery)):
        if isinstance(part.parent, sge.From | sge.Join) and not part.alias:
            part.set("alias", sge.TableAlias(this=sge.to_identifier(f"inner_{number}")))
    return tree


def _create(name: str, expression: Table, dialect: str) -> str:
    """CREATE TABLE with declared types, because engines disagree about the type of a sum."""
    fact, quote = name in FACTS, "`" if dialect == "bigquery" else '"'
    schema = Schema({key: kind.copy(nullable=not fact) for key, kind in expression.schema().items()})
    after = dict.fromkeys(schema, " NOT NULL" if fact and dialect != "clickhouse" else "")
    if dialect == "duckdb":
        after |= STORED.get(name, {})
    if dialect == "postgres":
        after |= {key: f' COLLATE "C"{after[key]}' for key, kind in schema.items() if kind.is_string()}
    if dialect == "clickhouse":  # its plain DateTime knows no part of a second
        schema = Schema({key: kind.copy(scale=6) if kind.is_timestamp() else kind for key, kind in schema.items()})
    columns = schema.to_sqlglot_column_defs(dialect)
    types = ",\n".join(
        f"  {quote}{c.name}{quote} {c.kind.sql(dialect=_sqlglot(dialect))}{after[c.name]}" for c in columns
    )
    head, tail = FORMS.get(dialect, ("CREATE TABLE ", ""))
    return f"{head}{name} (\n{types}\n){tail}"


def _sqlglot(dialect: str) -> Any:
    return getattr(compilers, dialect).compiler.dialect


def _changed(node: Node, dialect: str) -> Node:
    if isinstance(node, sge.Table):
        node.set("db", None)
    if isinstance(node, sge.Window) and isinstance(node.this.unnest(), RANKS):
        node.set("spec", None)  # a rank has no frame, and Spark minds one
    if isinstance(node, sge.Anonymous) and str(node.this).lower() == "strlen":
        return sge.Anonymous(this=BYTES.get(dialect, "OCTET_LENGTH"), expressions=node.expressions)
    change = CHANGES.get((dialect, type(node)))
    return change(node) if change else node


def _half_away_from_zero(node: Node) -> Node:
    """Rounds as DuckDB and Spark do, exactly: PostgreSQL and ClickHouse round halves of floats to the even number."""
    if node.args.get("decimals"):
        node.set("decimals", None)
    number = node.this
    rest = sge.Sub(this=number.copy(), expression=_truncated(number.copy()))
    twice = sge.Mul(this=sge.Literal.number(2), expression=sge.Paren(this=rest))
    return sge.Paren(this=sge.Add(this=_truncated(number.copy()), expression=_truncated(twice)))


def _as_whole_number(node: Node) -> Node:
    """DuckDB sums in 128 bits and PostgreSQL in decimals, and both then carry these on."""
    return sge.cast(node, "BIGINT") if isinstance(node, sge.Sum) and not isinstance(node.parent, sge.Cast) else node


def _truncated(number: Node) -> Node:
    return sge.Anonymous(this="TRUNC", expressions=[number])


def _lower_of_every_alphabet(node: Node) -> Node:
    """PostgreSQL lowers by collation, and C knows ASCII alone; what comes out is in the order of C again."""
    lower = sge.Lower(this=sge.Collate(this=node.this, expression=sge.to_identifier("und-x-icu", quoted=True)))
    return sge.Collate(this=lower, expression=sge.to_identifier("C", quoted=True))


def _called(name: str) -> Callable[[Node], Node]:
    """The same function under another name."""
    return lambda node: sge.Anonymous(this=name, expressions=[node.this, *node.expressions])


def _trimmed_by_pattern(node: Node) -> Node:
    """ClickHouse trims bytes, and one of a no-break space is also one of other letters."""
    blank = r"[ \t\n\r\x{a0}]+"
    parts = [node.this, sge.Literal.string(f"^{blank}|{blank}$"), sge.Literal.string("")]
    return sge.Anonymous(this="replaceRegexpAll", expressions=parts)


FORMS: Final = {
    "duckdb": ("CREATE TABLE marts.", ""),
    "postgres": ("CREATE TEMPORARY TABLE ", ""),
    "clickhouse": ("CREATE TABLE ", " ENGINE = MergeTree ORDER BY tuple()"),
}
KEPT: Final = {
    "postgres": "CREATE TEMPORARY TABLE {} AS",
    "clickhouse": "CREATE TABLE {} ENGINE = MergeTree ORDER BY tuple() AS",
    "pyspark": "CREATE OR REPLACE TEMPORARY VIEW {} AS",  # kept by a checkpoint, see data.engines.spark
}
VIEWED: Final = {
    "postgres": "CREATE TEMPORARY VIEW {} AS",
    "clickhouse": "CREATE VIEW {} AS",
    "pyspark": "CREATE TEMPORARY VIEW {} AS",
    "trino": "CREATE VIEW {} AS",
    "bigquery": "CREATE VIEW {} AS",
    "snowflake": "CREATE VIEW {} AS",
}
CHANGES: Final[dict[tuple[str, type], Callable[[Node], Node]]] = {
    ("postgres", sge.Sum): _as_whole_number,
    ("postgres", sge.Round): _half_away_from_zero,
    ("clickhouse", sge.Round): _half_away_from_zero,
    ("postgres", sge.Lower): _lower_of_every_alphabet,
    ("clickhouse", sge.Lower): _called("lowerUTF8"),
    ("clickhouse", sge.Lead): _called("lead"),  # sqlglot's leadInFrame sees no row after this one
    ("clickhouse", sge.Trim): _trimmed_by_pattern,
}
BYTES: Final = {"clickhouse": "length", "snowflake": "OCTET_LENGTH", "trino": "length", "bigquery": "BYTE_LENGTH"}
