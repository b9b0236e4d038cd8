"""Every kind of selection that the filter bar can make."""

from dataclasses import asdict

from analytics.filters import Filters
from tests.analytics.raw_files import Chosen, Files


def filters_of(chosen: Chosen) -> Filters:
    return Filters(**{name: None if v is None else tuple(sorted(v)) for name, v in asdict(chosen).items()})


def selections(files: Files) -> dict[str, Chosen]:
    stores, chains, categories, quarters = files.stores, files.chains, files.categories, files.quarters
    first_of = {chain: stores.loc[stores["chain"] == chain, "store_id"].iloc[0] for chain in chains}
    return {
        "everything": Chosen(),
        "one chain": Chosen(chains=(chains[1],)),
        "one store": Chosen(stores=(first_of[chains[0]],)),
        "two stores of different chains": Chosen(stores=(first_of[chains[0]], first_of[chains[2]])),
        "stores of another chain": Chosen(chains=(chains[0],), stores=(first_of[chains[1]],)),
        "one quarter": Chosen(quarters=(quarters[3],)),
        "the first quarter": Chosen(quarters=(quarters[0],)),
        "the last quarter": Chosen(quarters=(quarters[-1],)),
        "quarters apart": Chosen(quarters=(quarters[1], quarters[3], quarters[5])),
        "the last quarter and one before": Chosen(quarters=(quarters[-3], quarters[-1])),
        "a year": Chosen(quarters=tuple(quarters[1:5])),
        "one category": Chosen(categories=(categories[2],)),
        "three categories": Chosen(categories=(categories[0], categories[2], categories[-1])),
        "chain, quarter and category": Chosen((quarters[4],), (chains[0],), None, (categories[1],)),
        "a store and two categories": Chosen(None, None, (first_of[chains[1]],), tuple(categories[:2])),
        "no store": Chosen(stores=()),
        "no quarter": Chosen(quarters=()),
        "unknown names": Chosen(("1999Q1",), ("Nowhere",), ("S00",), ("Nothing",)),
    }
