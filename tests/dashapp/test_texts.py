from analytics.said import say
from dashapp.texts import N_, _, ngettext, said


def test_names_are_filled_in_and_numbers_read_as_people_write_them() -> None:
    assert _("{who} has {n} of {all}", who="Alder & Co", n=1500, all=2.5e6) == "Alder & Co has 1,500 of 2.50 M"


def test_braces_of_the_data_are_left_alone() -> None:
    assert _("No {name}", name="{name}") == "No {name}"


def test_grammar_of_numbers() -> None:
    assert ngettext("{n} store", "{n} stores", 1) == "1 store"
    assert ngettext("{n} store in {chain}", "{n} stores in {chain}", 0, chain="Alder") == "0 stores in Alder"


def test_sentences_of_analytics() -> None:
    assert said(say("needs {columns}", columns="unit_cost")) == "needs unit_cost"


def test_marks_change_nothing() -> None:
    assert N_("All {n} stores") == "All {n} stores"
