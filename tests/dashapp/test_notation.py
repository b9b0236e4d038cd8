"""How locales write numbers, money and dates. English as a whole is in test_components.py."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.notation import MINUS, Notation, notation

NB = "\xa0"  # no line breaks here
LOCALES = ("en", "en_GB", "en_IN", "de", "de_CH", "fr", "es", "hi_IN", "ja", "pt_BR", "sv", "tr", "ar_EG")


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("en", 1_240_000, "1.24 M"),
        ("en_IN", 1_234_567, "12.3 L"),
        ("en_IN", 25e6, "2.50 Cr"),
        ("de", 1_240_000, f"1,24{NB}Mio."),
        ("de", 2.5e9, f"2,50{NB}Mrd."),
        ("de", 12_345, "12.345"),  # German has no sign for thousands
        ("de", 0.456, "0,456"),
        ("de_CH", 12_345, "12’345"),
        ("fr", 12_345, f"12,3{NB}k"),
        ("hi_IN", 1_240_000, f"12.4{NB}लाख"),
        ("ja", 1_240_000, "124万"),
        ("sv", -12_345, f"−12,3{NB}tn"),
    ],
)
def test_three_digits_and_the_scale_that_people_count_in(code: str, value: float, text: str) -> None:
    assert notation(code).short(value) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "−1,234,567.5"),
        ("en_IN", "−12,34,567.5"),
        ("de", "−1.234.567,5"),
        ("fr", "−1\u202f234\u202f567,5"),
        ("de_CH", "−1’234’567.5"),
        ("ar_EG", "−1,234,567.5"),
    ],
)
def test_thousands_are_grouped_as_in_the_territory(code: str, text: str) -> None:
    assert notation(code).fixed(-1_234_567.5, 1) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (999, "999"), (1_000, "1,000"), (99_999, "99,999"), (100_000, "1,00,000")]
)
def test_lakhs_begin_at_six_digits(value: int, text: str) -> None:
    assert notation("en_IN").fixed(value) == text


@pytest.mark.parametrize(
    ("code", "currency", "text"),
    [
        ("en", "EUR", "−€1.24 M"),
        ("en", "USD", "−$1.24 M"),
        ("en", "GBP", "−£1.24 M"),
        ("en", "CHF", f"−CHF{NB}1.24 M"),
        ("en", "XYZ", f"−XYZ{NB}1.24 M"),
        ("en_IN", "INR", "−₹12.4 L"),
        ("de", "EUR", f"−1,24{NB}Mio.{NB}€"),
        ("de_CH", "CHF", f"−CHF{NB}1.24{NB}Mio."),
        ("pt_BR", "BRL", f"−R${NB}1,24{NB}mi"),
    ],
)
def test_the_sign_of_money_stands_where_the_locale_has_it(code: str, currency: str, text: str) -> None:
    own = notation(code)
    assert own.amount(own.short(-1_240_000), own.currency(currency)) == text


@pytest.mark.parametrize(("code", "text"), [("en", "−7.3 %"), ("de", f"−7,3{NB}%"), ("tr", "−%7,3"), ("ja", "−7.3%")])
def test_per_cent(code: str, text: str) -> None:
    assert notation(code).of_hundred(notation(code).fixed(-7.3, 1)) == text


@pytest.mark.parametrize(
    ("code", "day", "month"),
    [
        ("en", "31 Dec 2023", "Dec 2023"),
        ("en_US", "Dec 31, 2023", "Dec 2023"),
        ("de", "31. Dez. 2023", "Dez. 2023"),
        ("pt_BR", "31 de dez. de 2023", "dez. de 2023"),
        ("ja", "2023年12月31日", "2023年12月"),
    ],
)
def test_dates(code: str, day: str, month: str) -> None:
    end = date(2023, 12, 31)
    assert (notation(code).on_day(end), notation(code).in_month(end)) == (day, month)


def test_september_has_three_letters_in_english() -> None:
    assert notation("en").on_day(date(2023, 9, 1)) == "1 Sep 2023"


def parsed(own: Notation, text: str) -> tuple[float, float]:
    """The number that a reader takes from a text, and half a unit of its last digit."""
    scale = next((s for s in own.scales if text.endswith(s.sign)), None)
    unit = scale.unit if scale else 1.0
    digits = text.removesuffix(scale.sign if scale else "").replace(own.group, "").replace(own.decimal, ".")
    return float(digits.replace(MINUS, "-")) * unit, 0.5 * unit / 10 ** len(digits.partition(".")[2])


@given(st.floats(-1e15, 1e15) | st.floats(-2e6, 2e6) | st.integers(-20_000, 20_000), st.sampled_from(LOCALES))
def test_a_short_number_is_wrong_by_half_of_its_last_digit_at_most(value: float, code: str) -> None:
    own = notation(code)
    read, half = parsed(own, own.short(value))
    assert abs(read - value) <= half * (1 + 1e-9)


@given(st.integers(-(10**15), 10**15), st.sampled_from(LOCALES))
def test_a_whole_number_keeps_every_digit(value: int, code: str) -> None:
    own = notation(code)
    assert int(own.fixed(value).replace(own.group, "").replace(MINUS, "-")) == value
