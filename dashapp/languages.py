"""The language and the locale of an application: its texts from `locale/LANGUAGE.po`, its formats from Babel."""

import gettext
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, current_app

from dashapp.notation import Notation, notation

FOLDER: Final = Path(__file__).parent / "locale"
SOURCE: Final = "en"  # the language of the texts in the code
BROWSER: Final = "assets/"  # where the scripts lie that say texts in the browser
EXTENSION: Final = "dashboard-language"


class NoSuchLanguage(LookupError):
    """A locale that CLDR does not know, or a language without texts; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Language:
    """A locale such as "de_DE", its texts, and those of them that scripts say: English → translation."""

    locale: str
    notation: Notation
    catalogue: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)
    browser: Mapping[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """As HTML and JavaScript name it: "de-DE"."""
        return self.locale.replace("_", "-")


def current() -> Language:
    """The language of the running application; English outside one."""
    try:
        extensions = current_app.extensions  # looked up once: every text and number asks
    except RuntimeError:
        return language(SOURCE)
    found: Language = extensions.get(EXTENSION) or language(SOURCE)
    return found


def install(server: Flask, spoken: Language) -> None:
    """Gives an application its language."""
    server.extensions[EXTENSION] = spoken


def available() -> tuple[str, ...]:
    """The languages there are texts in."""
    return tuple(sorted({SOURCE, *(path.stem for path in FOLDER.glob("*.po"))}))


def known(code: str) -> str:
    """The locale that "de-DE", "de_de" or "de" means; raises NoSuchLanguage."""
    try:
        locale = Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        raise NoSuchLanguage(f"{code!r} is no locale; write one such as {SOURCE}, en_IN or de_DE") from error
    _file(locale)
    return str(locale)


@lru_cache
def language(code: str) -> Language:
    """The language of a locale with its texts read; raises NoSuchLanguage."""
    code = known(code)
    path = _file(Locale.parse(code))
    if path is None:
        return Language(code, notation(code))
    with path.open("rb") as file:
        found = read_po(file, locale=path.stem)
    compiled = io.BytesIO()
    write_mo(compiled, found)
    compiled.seek(0)
    catalogue = gettext.GNUTranslations(compiled)
    said = [str(m.id) for m in found if any(place.startswith(BROWSER) for place, _ in m.locations)]
    return Language(code, notation(code), catalogue, {message: catalogue.gettext(message) for message in said})


def _file(locale: Locale) -> Path | None:
    """The texts of a locale, its own before those of its language; None for the language of the code."""
    for name in (str(locale), f"{locale.language}_{locale.script}", locale.language):
        if name in available():
            path = FOLDER / f"{name}.po"
            return path if path.exists() else None
    raise NoSuchLanguage(f"there are no texts in {locale.language!r}, only in {', '.join(available())}")
