"""Texts and formats of an app in another language. The catalogues are checked in tests/test_catalogues.py."""

import gettext
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from dash import Dash

from dashapp import languages, numbers, quantities, widgets
from dashapp.app import create_app
from dashapp.languages import Language, language
from dashapp.notation import notation
from dashapp.quantities import Quantity
from dashapp.settings import Settings
from dashapp.texts import N_, _, ngettext, said
from data.said import english, say

CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: dashapp/shell.py
msgid "{who} has {n} of {all}"
msgstr "Von {all} hat {who} {n}"

#: dashapp/shell.py
msgid "{n} store"
msgid_plural "{n} stores"
msgstr[0] "{n} Filiale"
msgstr[1] "{n} Filialen"

#: analytics/table.py
msgid "needs {columns}"
msgstr "braucht {columns}"

#: dashapp/shell.py
msgid "Not translated yet"
msgstr ""

#, fuzzy
msgid "Guessed"
msgstr "Geraten"

#: dashapp/numbers.py
msgid "{change} pp"
msgstr "{change} Pp."

#: assets/2-app/30-filters.js dashapp/shell.py
msgid "All stores"
msgstr "Alle Filialen </script>"
"""
In = Callable[[str], Dash]


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Language:
    (tmp_path / "de.po").write_text(CATALOGUE, "utf-8")
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    return language.__wrapped__("de_DE")


@pytest.fixture
def app(german: Language, settings: Settings) -> Dash:
    return create_app(settings, spoken=german)


def test_names_are_filled_in_and_numbers_read_as_people_write_them() -> None:
    assert _("{who} has {n} of {all}", who="Alder & Co", n=1500, all=2.5e6) == "Alder & Co has 1,500 of 2.50 M"


def test_a_translation_may_turn_the_sentence_around(app: Dash) -> None:
    with app.server.app_context():
        assert _("{who} has {n} of {all}", who="Alder", n=1500, all=2.5e6) == "Von 2,50\xa0Mio. hat Alder 1.500"


def test_braces_of_the_data_are_left_alone() -> None:
    assert _("{0.__class__} {name} {") == english(say("{0.__class__} {name} {")) == "{0.__class__} {name} {"
    assert _("No {name}", name="{name}") == "No {name}"


def test_grammar_of_numbers(app: Dash) -> None:
    assert ngettext("{n} store", "{n} stores", 1) == "1 store"
    assert ngettext("{n} store in {chain}", "{n} stores in {chain}", 0, chain="Alder") == "0 stores in Alder"
    with app.server.app_context():
        assert ngettext("{n} store", "{n} stores", 1) == "1 Filiale"
        assert ngettext("{n} store", "{n} stores", 1234) == "1.234 Filialen"


def test_sentences_of_analytics(app: Dash) -> None:
    assert said(say("needs {columns}", columns="unit_cost")) == "needs unit_cost"
    with app.server.app_context():
        assert said(say("needs {columns}", columns="unit_cost")) == "braucht unit_cost"


def test_a_text_of_ours_within_a_sentence_is_translated_and_a_name_from_the_data_is_not(app: Dash) -> None:
    within, name = say("needs {columns}", columns=say("All stores")), say("needs {columns}", columns="All stores")
    assert said(within) == english(within) == "needs All stores"
    with app.server.app_context():
        assert said(within) == "braucht Alle Filialen </script>"
        assert said(name) == "braucht All stores"


def test_marks_change_nothing(app: Dash) -> None:
    with app.server.app_context():
        assert N_("needs {columns}") == "needs {columns}"


@pytest.mark.parametrize("text", ["Not translated yet", "Nowhere in the catalogue", "Guessed", ""])
def test_what_is_not_translated_stays_english(app: Dash, text: str) -> None:
    with app.server.app_context():
        assert _(text) == text


def test_two_apps_in_one_process_keep_their_languages(app: Dash, settings: Settings) -> None:
    other = create_app(settings)
    with app.server.app_context():
        assert numbers.short(1_234.5) == "1.234"
        with other.server.app_context():
            assert numbers.short(1_234.5) == "1,234"
        assert numbers.short(1_234.5) == "1.234"


def test_numbers_and_dates_follow_the_app(app: Dash) -> None:
    with app.server.app_context():
        assert numbers.change(12, 10, "%") == "+2,0 Pp."
        assert numbers.change(90, 100, "money") == "−10,0\xa0%"
        assert Quantity("Nettoumsatz", "€").text(1_240_000) == "1,24\xa0Mio.\xa0€"
        assert Quantity("Anteil", "%").text(-7.3) == "−7,30\xa0%"
        assert quantities.day("2023-12-31") == "31. Dez. 2023"
        assert quantities.month("2023-12") == "Dez. 2023"


def test_the_page_is_in_its_language_and_brings_the_texts_of_its_scripts(app: Dash) -> None:
    page = app.index_string
    assert '<html lang="de-DE"' in page
    texts = re.search(r'<script id="texts" type="application/json">(.*?)</script>', page)
    assert texts
    assert json.loads(texts[1]) == {"All stores": "Alle Filialen </script>"}  # no other text, and none ends the script


def test_an_english_page_brings_no_texts(settings: Settings) -> None:
    page = create_app(replace(settings, locale="en_IN")).index_string
    assert '<html lang="en-IN"' in page
    assert '<script id="texts" type="application/json">{}</script>' in page


def test_charts_write_numbers_and_months_in_the_locale(app: Dash) -> None:
    assert widgets.chart() == {}
    with app.server.app_context():
        config = widgets.chart()
    assert config["locale"] == "de-DE"
    own = config["locales"]["de-DE"]["format"]
    assert (own["decimal"], own["thousands"]) == (",", ".")
    assert (own["shortMonths"][11], own["days"][0], own["date"]) == ("Dez.", "Sonntag", "%-d. %b %Y")


@pytest.mark.parametrize(
    ("code", "day", "month"), [("en_US", "%b %-d, %Y", "%b %Y"), ("pt_BR", "%-d de %b de %Y", "%b de %Y")]
)
def test_dates_of_charts(code: str, day: str, month: str, app: Dash) -> None:
    languages.install(app.server, Language(code, notation(code), gettext.NullTranslations()))
    with app.server.app_context():
        own = widgets.chart()["locales"][code.replace("_", "-")]["format"]
    assert (own["date"], own["month"]) == (day, month)


def test_the_number_of_a_menu_is_filled_in_by_the_menu() -> None:
    assert widgets.menu()["selected_count"] == "{num_selected} selected"
