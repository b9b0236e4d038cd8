"""Names of the demo retailer. Every chain, town, product and person here is invented."""

from typing import Final

CHAINS: Final = ("Alderway", "Juniper Row", "Hearth & Finch", "Cobblestone", "Northfold", "Maple Gate", "Tidewell")
TOWNS: Final = (
    ("Fernmouth", "Coast"), ("Eastbrook", "East"), ("Highwick", "North"), ("Millbury", "Midlands"),
    ("Southmere", "South"), ("Saltford Bay", "Coast"), ("Larkfield", "East"), ("Stonehaven Cross", "North"),
    ("Kingsbridge Park", "Midlands"), ("Vinewood", "South"), ("Port Amber", "Coast"), ("Ashgrove", "East"),
    ("Coldspring", "North"), ("Weaversham", "Midlands"), ("Sunnydell", "South"), ("Gullhaven", "Coast"),
    ("Riverton", "East"), ("Pinecrest", "North"), ("Old Quarry", "Midlands"), ("Olivebank", "South"),
    ("Harbourside", "Coast"), ("Meadowgate", "East"), ("Frostholm", "North"), ("Clocktower", "Midlands"),
    ("Peachtree Hill", "South"),
)  # fmt: skip
# In the order of their seasons: each category peaks about five weeks before the one above it.
CATEGORIES: Final = {
    "Garden": (
        "Watering can", "Herb planter", "Pruning shears", "Hand trowel", "Terracotta pot", "Bird feeder",
        "Seed box", "Garden gloves", "Soil rake", "Plant labels",
    ),
    "Household": (
        "Laundry basket", "Dish brush set", "Storage jar", "Broom and pan", "Ironing cover", "Drying rack",
        "Waste bin", "Step stool", "Key hooks", "Shoe rack",
    ),
    "Personal care": (
        "Olive soap bars", "Hand cream", "Bath salts", "Hair brush", "Bamboo comb", "Body lotion",
        "Shaving set", "Nail care kit", "Face oil", "Lip balm trio",
    ),
    "Toys": (
        "Wooden train", "Picture puzzle", "Building blocks", "Plush bear", "Card game", "Kite",
        "Paint box", "Doll house chair", "Marble run", "Spinning top",
    ),
    "Lighting": (
        "Desk lamp", "Paper lantern", "Candle set", "Fairy lights", "Night light", "Reading light",
        "Glass lampshade", "Tea light holder", "Floor lamp", "Clip lamp",
    ),
    "Home textiles": (
        "Wool throw", "Linen cushion", "Bath towel", "Bed sheet", "Table runner", "Cotton rug",
        "Curtain pair", "Kitchen towel", "Pillowcase", "Quilt",
    ),
    "Stationery": (
        "Notebook", "Fountain pen", "Pencil case", "Wall calendar", "Desk organiser", "Letter set",
        "Sketch pad", "Ring binder", "Ink bottle", "Sticker album",
    ),
    "Pets": (
        "Dog bed", "Cat scratcher", "Chew toy", "Feeding bowl", "Leash", "Grooming mitt",
        "Travel carrier", "Bird swing", "Treat jar", "Flea comb",
    ),
    "Outdoor": (
        "Picnic basket", "Camping mug", "Folding chair", "Rain poncho", "Cool bag", "Hammock",
        "Water bottle", "Bike lamp", "Beach towel", "Head torch",
    ),
    "Kitchen": (
        "Cast-iron pan", "Chopping board", "Teapot", "Mixing bowl", "Spice rack", "Coffee grinder",
        "Salad servers", "Baking tin", "Pepper mill", "Carving knife",
    ),
}  # fmt: skip
VARIANTS: Final = (
    "",
    "large",
    "small",
    "classic",
    "oak",
    "ocean blue",
    "forest green",
    "ivory",
    "gift edition",
    "twin",
)
TIERS: Final = ("Bronze", "Silver", "Gold", "Platinum")
GIVEN: Final = (
    "Ada", "Amir", "Anna", "Ben", "Bruno", "Carla", "Chen", "Dana", "Diego", "Elif", "Emma", "Farah", "Felix", "Grace",
    "Hana", "Hugo", "Ines", "Ivan", "Jana", "Joel", "Kofi", "Lara", "Leo", "Lin", "Maja", "Malik", "Mira", "Nadia",
    "Noah", "Olga", "Omar", "Pia", "Rafael", "Rosa", "Sami", "Sofia", "Tariq", "Tess", "Uma", "Yuki",
)  # fmt: skip
FAMILY: Final = (
    "Abara", "Almeida", "Anders", "Baker", "Bauer", "Bianchi", "Castro", "Cohen", "Costa", "Diaz", "Dubois", "Eriksen",
    "Farkas", "Fischer", "Garcia", "Gupta", "Hansen", "Haddad", "Ito", "Ivanova", "Jansen", "Kaya", "Kim", "Kowalska",
    "Larsen", "Lee", "Lopez", "Marin", "Meyer", "Moreau", "Mori", "Nguyen", "Novak", "Okafor", "Olsen", "Park", "Patel",
    "Popescu", "Quist", "Rahman", "Reyes", "Rossi", "Santos", "Sato", "Silva", "Singh", "Suzuki", "Torres", "Varga",
    "Vidal", "Wagner", "Walker", "Weber", "Wong", "Wright", "Yilmaz", "Young", "Zeman", "Zhang", "Ziegler",
)  # fmt: skip


def chain_name(chain: int) -> str:
    """The name of chain number `chain`, 0-based; unique for any number."""
    return CHAINS[chain] if chain < len(CHAINS) else f"Chain {chain + 1}"


def store_place(store: int) -> tuple[str, str]:
    """Town and region of store number `store`; towns repeat after the last, with a number behind the name."""
    lap, town = divmod(store, len(TOWNS))
    name, region = TOWNS[town]
    return (f"{name} {lap + 1}" if lap else name), region


def product_name(category: str, number: int) -> str:
    """The name of the `number`-th product of a category, 0-based; unique within the category for any number."""
    nouns = CATEGORIES[category]
    variant, noun = divmod(number, len(nouns))
    suffix = VARIANTS[variant] if variant < len(VARIANTS) else f"no. {variant + 1}"
    return f"{nouns[noun]}, {suffix}" if suffix else nouns[noun]
