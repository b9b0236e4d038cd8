"""The small language of mapping files, checked and turned into SQL. Nothing a mapping says reaches SQL as text.

It is a subset of Python's grammar: column names, numbers, 'texts', None, + - * /, == != < <= > >=, `in (…)`,
`is None`, and/or/not, `a if condition else b`, and the functions of FUNCTIONS and AGGREGATES. Blank cells are None;
a text column used as a number is read as one, and a date or time is the text 2023-01-31 or 2023-01-31 09:30:00.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from data.ingest.bad_input import listed, near
from data.ingest.cells import as_number, as_text, kind_of

Result = Literal["text", "number", "truth", "blank"]
NUMBER: Final[Result] = "number"
TEXT: Final[Result] = "text"
MAX_LENGTH: Final = 2_000
ARITHMETIC: Final[dict[type[ast.AST], str]] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARISONS: Final[dict[type[ast.AST], str]] = {
    ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
# name → (SQL, what each argument must be, result); a last "…" repeats the argument before it
FUNCTIONS: Final[dict[str, tuple[str, tuple[str, ...], Result]]] = {
    "upper": ("upper", ("text",), "text"),
    "lower": ("lower", ("text",), "text"),
    "trim": ("trim", ("text",), "text"),
    "substr": ("substr", ("text", "whole", "whole"), "text"),
    "concat": ("concat", ("text", "…"), "text"),
    "starts_with": ("starts_with", ("text", "text"), "truth"),
    "round": ("round", ("number", "whole"), "number"),
    "abs": ("abs", ("number",), "number"),
}
# name → (SQL, what it takes); `first` is the first value in the order of the file, whatever the number of threads
AGGREGATES: Final = {
    "sum": ("sum({})", NUMBER),
    "min": ("min({})", NUMBER),
    "max": ("max({})", NUMBER),
    "earliest": ("min({})", TEXT),
    "latest": ("max({})", TEXT),
    "first": ("arg_min({}, a.source_row)", TEXT),
}


class BadExpression(ValueError):
    """An expression outside the language; the text says why."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as SQL. params: its constants. columns it uses; those it reads as numbers; what it yields."""

    sql: str
    result: Result
    params: dict[str, Any]
    columns: tuple[str, ...]
    numbers: tuple[str, ...]
    aggregates: bool


def compile_expression(text: str, columns: Mapping[str, tuple[str, str]], decimal: str, prefix: str) -> Expression:
    """`text` as SQL over `columns` (name → SQL reference and DuckDB type).

    decimal: the decimal mark of text cells. prefix: makes the names of its parameters unique in the statement.
    Raises BadExpression.
    """
    if len(text) > MAX_LENGTH:
        raise BadExpression(f"longer than {MAX_LENGTH:,} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        compiler = _Compiler(columns, decimal, prefix)
        sql, result = compiler.compile(tree)
        if compiler.aggregates and compiler.loose:
            raise BadExpression(f"{listed(compiler.loose)} must stand inside an aggregate, e.g. first()")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        if isinstance(problem, BadExpression):
            raise
        raise BadExpression(f"{text!r} cannot be read ({getattr(problem, 'msg', problem)})") from None
    used, numbers = tuple(compiler.used), tuple(compiler.numbers)
    return Expression(sql, result, compiler.params, used, numbers, compiler.aggregates)


@dataclass(slots=True)
class _Compiler:
    columns: Mapping[str, tuple[str, str]]
    decimal: str
    prefix: str
    params: dict[str, Any] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    numbers: dict[str, None] = field(default_factory=dict)
    aggregates: bool = False
    inside_aggregate: bool = False
    loose: dict[str, None] = field(default_factory=dict)  # columns that stand outside an aggregate

    def compile(self, node: ast.AST) -> tuple[str, Result]:
        match node:
            case ast.Constant(value=value):
                return self.constant(value)
            case ast.Name(id=name):
                return self.column(name)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self.call(name, args)
            case ast.IfExp():
                yes, no, result = self.pair(node.body, node.orelse)
                return f"(CASE WHEN {self.truth(node.test)} THEN {yes} ELSE {no} END)", result
            case ast.BinOp(op=op) if type(op) in ARITHMETIC:
                return f"({self.number(node.left)} {ARITHMETIC[type(op)]} {self.number(node.right)})", "number"
            case ast.UnaryOp(op=ast.USub()):
                return f"(-{self.number(node.operand)})", "number"
        return self.condition(node), "truth"

    def condition(self, node: ast.AST) -> str:
        match node:
            case ast.UnaryOp(op=ast.Not()):
                return f"(NOT {self.truth(node.operand)})"
            case ast.BoolOp():
                word = " AND " if isinstance(node.op, ast.And) else " OR "
                return f"({word.join(self.truth(part) for part in node.values)})"
            case ast.Compare(ops=[op], comparators=[right]):
                return self.compare(node.left, op, right)
        raise BadExpression(f"{ast.unparse(node)!r} is not part of the mapping language")

    def constant(self, value: object) -> tuple[str, Result]:
        if value is None:
            return "NULL", "blank"
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise BadExpression(f"{value!r} is not a number or a text in quotes")
        same = (name for name, known in self.params.items() if known == value and type(known) is type(value))
        name = next(same, f"{self.prefix}_{len(self.params)}")
        self.params[name] = value
        return (f"${name}::VARCHAR", "text") if isinstance(value, str) else (f"${name}::DOUBLE", "number")

    def column(self, name: str) -> tuple[str, Result]:
        if name not in self.columns:
            has = listed(self.columns)
            raise BadExpression(f"unknown column {name!r}; the file has {has}{near(name, self.columns)}")
        self.used[name] = None
        reference, sql_type = self.columns[name]
        kind = kind_of(sql_type)
        if kind is None:
            raise BadExpression(f"column {name!r} is a {sql_type}, which no expression can use")
        if not self.inside_aggregate:
            self.loose[name] = None
        return (reference, NUMBER) if kind == "number" else (as_text(kind, reference), TEXT)

    def number(self, node: ast.AST) -> str:
        return self.numeric(node, *self.compile(node))

    def numeric(self, node: ast.AST, sql: str, result: Result) -> str:
        if result == TEXT and isinstance(node, ast.Name) and kind_of(self.columns[node.id][1]) == "text":
            self.numbers[node.id] = None
            return as_number("text", self.columns[node.id][0], self.decimal)
        if result == NUMBER and isinstance(node, ast.Name):
            return f"{sql}::DOUBLE"  # whole numbers of a file would overflow where a DOUBLE does not
        if result not in ("number", "blank"):
            raise BadExpression(f"{ast.unparse(node)!r} is not a number")
        return sql

    def text(self, node: ast.AST) -> str:
        sql, result = self.compile(node)
        if result == "truth":
            raise BadExpression(f"{ast.unparse(node)!r} is a condition, not a text")
        return as_text("number", sql) if result == "number" else sql

    def truth(self, node: ast.AST) -> str:
        sql, result = self.compile(node)
        if result != "truth":
            raise BadExpression(f"{ast.unparse(node)!r} is not a condition")
        return sql

    def pair(self, left: ast.AST, right: ast.AST) -> tuple[str, str, Result]:
        """Two expressions made comparable: as numbers if either is one."""
        (left_sql, left_is), (right_sql, right_is) = self.compile(left), self.compile(right)
        if "number" in (left_is, right_is) and left_is != right_is:
            return self.numeric(left, left_sql, left_is), self.numeric(right, right_sql, right_is), "number"
        if "truth" in (left_is, right_is):
            raise BadExpression(f"{ast.unparse(left)!r} and {ast.unparse(right)!r} are not values")
        return left_sql, right_sql, right_is if left_is == "blank" else left_is

    def compare(self, left: ast.AST, op: ast.cmpop, right: ast.AST) -> str:
        if isinstance(op, (ast.Is, ast.IsNot)) and isinstance(right, ast.Constant) and right.value is None:
            return f"({self.compile(left)[0]} IS {'NOT ' if isinstance(op, ast.IsNot) else ''}NULL)"
        if isinstance(op, (ast.In, ast.NotIn)) and isinstance(right, (ast.Tuple, ast.List)) and right.elts:
            return ("" if isinstance(op, ast.In) else "NOT ") + self.one_of(left, right.elts)
        if type(op) not in COMPARISONS:
            raise BadExpression(f"{ast.unparse(right)!r} cannot be compared that way")
        left_sql, right_sql, _ = self.pair(left, right)
        return f"({left_sql} {COMPARISONS[type(op)]} {right_sql})"

    def one_of(self, left: ast.AST, items: list[ast.expr]) -> str:
        """`left IN (…)`, compared as numbers if the items are."""
        pairs = [self.pair(left, item) for item in items]
        if len({left_sql for left_sql, _, _ in pairs}) > 1:
            raise BadExpression(f"{ast.unparse(left)!r} is compared with texts and numbers at once")
        return f"({pairs[0][0]} IN ({', '.join(item for _, item, _ in pairs)}))"

    def call(self, name: str, args: list[ast.expr]) -> tuple[str, Result]:
        if name in AGGREGATES:
            return self.aggregate(name, args)
        if name in ("coalesce", "nullif") and len(args) == 2:
            first, second, result = self.pair(args[0], args[1])
            return f"{name}({first}, {second})", result
        if name not in FUNCTIONS:
            known = [*FUNCTIONS, "coalesce", "nullif", *AGGREGATES]
            raise BadExpression(f"unknown function {name!r}{near(name, known)}; there are {', '.join(known)}")
        sql_name, takes, result = FUNCTIONS[name]
        wanted = [takes[0]] * len(args) if takes[-1] == "…" else list(takes)
        if len(args) != len(wanted) or not args:
            raise BadExpression(f"{name}() takes {len(wanted) or 'some'} values, not {len(args)}")
        return f"{sql_name}({', '.join(map(self.argument, wanted, args))})", result

    def argument(self, wanted: str, node: ast.AST) -> str:
        if wanted != "whole":
            return self.text(node) if wanted == "text" else self.number(node)
        if not isinstance(node, ast.Constant) or type(node.value) is not int or node.value > MAX_LENGTH:
            raise BadExpression(f"{ast.unparse(node)!r} is not a small whole number")
        return str(node.value)

    def aggregate(self, name: str, args: list[ast.expr]) -> tuple[str, Result]:
        if self.inside_aggregate or len(args) != 1:
            raise BadExpression(f"{name}() takes one value and no other aggregate")
        sql, takes = AGGREGATES[name]
        self.aggregates = self.inside_aggregate = True
        value = self.number(args[0]) if takes == NUMBER else self.text(args[0])
        self.inside_aggregate = False
        return sql.format(value), takes
