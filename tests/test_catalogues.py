"""Every text is in the catalogues, and nothing else; a translation names what its text names."""

from pathlib import Path

import pytest

from dashapp.languages import FOLDER
from docs.texts import catalogue, holes, messages, translations

CATALOGUES = pytest.mark.parametrize("path", sorted(FOLDER.glob("*.po")), ids=lambda path: path.stem)


def test_texts_are_found_wherever_they_are_said() -> None:
    found = messages()
    assert "analytics/kpi/sales.py" in found["Net sales"]
    assert "dashapp/widgets.py" in found["No rows to show"]
    assert "assets/2-app/30-filters.js" in found["All {n} stores"]


@CATALOGUES
def test_a_catalogue_is_fresh(path: Path) -> None:
    assert path.read_text("utf-8") == catalogue(path), "run `make texts`, translate what is new, and commit it"


@CATALOGUES
def test_a_translation_has_the_names_of_its_text(path: Path) -> None:
    for message, translated in translations(path).items():
        texts = [message] if isinstance(message, str) else list(message)
        known = {name for text in texts for name in holes(text)}
        for form in [translated] if isinstance(translated, str) else translated:
            assert not form or set(holes(form)) == known or isinstance(message, tuple), message
            assert set(holes(form)) <= known, message


@pytest.mark.parametrize("text", ["{n:,} stores", "{0} stores", "{} stores", "{n!r} stores", "{store.name}"])
def test_only_plain_names_stand_in_braces(text: str) -> None:
    with pytest.raises(ValueError, match="only plain names"):
        holes(text)


def test_an_old_catalogue_keeps_its_translations_and_drops_what_is_said_no_longer(tmp_path: Path) -> None:
    old = tmp_path / "de.po"
    old.write_text('msgid "Net sales"\nmsgstr "Nettoumsatz"\n\nmsgid "Long gone"\nmsgstr "Lange her"\n', "utf-8")
    old.write_text(catalogue(old), "utf-8")
    found = translations(old)
    assert found["Net sales"] == "Nettoumsatz"
    assert found["Gross margin"] == ""
    assert "Long gone" not in found
    assert set(found) == set(messages())


@CATALOGUES
def test_a_shipped_language_is_whole(path: Path) -> None:
    def whole(said: str | tuple[str, ...]) -> bool:
        return all([said] if isinstance(said, str) else said) and bool(said)

    assert [message for message, said in translations(path).items() if not whole(said)] == []
