"""Each mutant still finds what it breaks, and the tests that must notice; `make mutants` runs them."""

import pytest

from tests.mutants import MUTANTS, ROOT, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_has_something_to_break(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text("utf-8").count(mutant.text) == 1
    assert all((ROOT / test.partition("::")[0]).exists() for test in mutant.tests.split())
