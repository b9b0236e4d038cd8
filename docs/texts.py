"""Collects the texts of the dashboard into its catalogues, `dashapp/locale/*.po`: `make texts`.

Translations stay, texts that are no longer said go, new ones wait empty for their translation.
"""

import ast
import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Final

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from analytics.kpi import KPIS
from analytics.models.association import NAMES as CORRELATIONS
from analytics.models.rfm import SEGMENTS

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "dashapp" / "locale"
ROOMS: Final = ("analytics", "dashapp", "data")
SCRIPTS: Final = ROOT / "assets" / "2-app"
# Which arguments of which calls are texts: by position, and by name.
SAID: Final[dict[str, tuple[tuple[int, ...], tuple[str, ...]]]] = {
    "_": ((0,), ()),
    "N_": ((0,), ()),
    "ngettext": ((0, 1), ()),
    "say": ((0,), ("text",)),
    "Field": ((1,), ("label", "about")),
    "Identity": ((0, 1), ()),
    "Table": ((1,), ()),
    "Column": ((2,), ("filled_with",)),
}
IN_SCRIPT: Final = re.compile(r"""\bsay\(\s*("(?:[^"\\\n]|\\.)*")""")
SIGNS: Final = {"%", "×"}  # units that are no words
HEAD: Final = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
Message = str | tuple[str, str]  # (one, many)


def messages() -> dict[Message, set[str]]:
    """Every text, and the files that say it."""
    found: dict[Message, set[str]] = {}
    for message, place in [*_in_code(), *_in_scripts(), *_of_kpis(), *_of_models()]:
        if message:
            found.setdefault(message, set()).add(place)
    return found


def translations(path: Path) -> dict[Message, str | tuple[str, ...]]:
    """What a catalogue holds: text → translation, empty while there is none."""
    with path.open("rb") as file:
        return {_key(m.id): m.string for m in read_po(file, locale=path.stem) if m.id}


def catalogue(path: Path) -> str:
    """The catalogue at `path` as it should be: the texts of today with the translations that it has."""
    known = translations(path) if path.exists() else {}
    fresh = Catalog(locale=path.stem)
    for message, places in sorted(messages().items(), key=lambda item: (min(item[1]), _first(item[0]))):
        fresh.add(message, known.get(message, ""), [(place, 0) for place in sorted(places)])
    head = HEAD.format(language=path.stem, plurals=fresh.plural_forms)
    return head + _written(fresh)


def holes(text: str) -> list[str]:
    """The names in braces; raises ValueError where there is more than a name."""
    found = [part[1:] for part in Formatter().parse(text) if part[1] is not None]
    if wrong := [name for name, spec, conversion in found if spec or conversion or not name.isidentifier()]:
        raise ValueError(f"{text!r}: only plain names in braces, not {wrong}")
    return sorted({name for name, _, _ in found})


def main() -> None:
    """Writes every catalogue afresh."""
    for path in sorted(FOLDER.glob("*.po")):
        path.write_text(catalogue(path), encoding="utf-8")


def _in_code() -> Iterator[tuple[Message, str]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            module = ast.parse(path.read_text("utf-8"))
            place, constants = str(path.relative_to(ROOT)), dict(_constants(module))
            for node in ast.walk(module):
                if isinstance(node, ast.Call):
                    yield from ((message, place) for message in _said(node, constants))


def _constants(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in module.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, node.value


def _said(call: ast.Call, constants: dict[str, ast.expr]) -> Iterator[Message]:
    """The texts of one call; those that it gets from elsewhere were marked there."""
    name = getattr(call.func, "id", None) or getattr(call.func, "attr", "")
    positions, names = SAID.get(name, ((), ()))
    values = [call.args[i] for i in positions if i < len(call.args)]
    values += [keyword.value for keyword in call.keywords if keyword.arg in names]
    texts = [text for value in values for text in _texts(value, constants)]
    if name == "ngettext" and len(texts) == 2:
        yield texts[0], texts[1]
    else:
        yield from texts


def _texts(value: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    """The texts an argument may be: itself, a constant of its module, or either side of an if."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.Name) and value.id in constants:
        yield from _texts(constants[value.id], {})
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body, constants)
        yield from _texts(value.orelse, constants)


def _in_scripts() -> Iterator[tuple[Message, str]]:
    for path in sorted(SCRIPTS.glob("*.js")):
        for literal in IN_SCRIPT.findall(re.sub(r"(?m)^\s*//.*$", "", path.read_text("utf-8"))):
            yield json.loads(literal), str(path.relative_to(ROOT))


def _of_kpis() -> Iterator[tuple[Message, str]]:
    for kpi in KPIS.values():
        place = kpi.formula.__module__.replace(".", "/") + ".py"
        yield from ((text, place) for text in (kpi.label, kpi.definition, kpi.unit) if text not in SIGNS)


def _of_models() -> Iterator[tuple[Message, str]]:
    """Names that models give, which are shown where they are used."""
    yield from ((name, "analytics/models/association.py") for name in CORRELATIONS)
    yield from ((name, "analytics/models/rfm.py") for name in SEGMENTS)


def _key(found: object) -> Message:
    return (found[0], found[1]) if isinstance(found, tuple | list) else str(found)


def _first(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


def _written(fresh: Catalog) -> str:
    written = BytesIO()
    write_po(written, fresh, width=100, omit_header=True, include_lineno=False)
    return written.getvalue().decode("utf-8").strip() + "\n"


if __name__ == "__main__":
    main()
