"""What the Corner shop's tables may deliver, each by itself: the tables that differ from its good ones."""

from tests.data.ingest.corner_shop import FILES, replaced

DIRTY: dict[str, dict[str, list[str] | None]] = {
    "clean": {},
    "quantity 0": {"sales": replaced("sales", "C2,4,", "C2,0,")},
    "quantity out of range": {"sales": replaced("sales", "C2,4,", "C2,400000,")},
    "price below 0": {"sales": replaced("sales", "4,2.50", "4,-2.50")},
    "year 1012": {"sales": replaced("sales", "2023-01-06", "1012-01-06")},
    "year 2123": {"sales": replaced("sales", "2023-01-06", "2123-01-06")},
    "negative stock": {"inventory": replaced("inventory", "P1,10,5", "P1,10,-5")},
    "stock of 1e12": {"inventory": replaced("inventory", "P2,2,2", "P2,2,1000000000000")},
    "store of no size": {"stores": replaced("stores", "Food,90", "Food,0")},
    "file delivered twice": {"sales": [*FILES["sales"], *FILES["sales"][1:]]},
    "line corrected later": {"sales": [*FILES["sales"], "L4,T3,2023-01-08,S2,P2,C2,2,2.50,0,5.00"]},
    "several stores of one id": {"stores": replaced("stores", "S2,Market", "S1,New")},
    "unknown ids": {
        "sales": replaced("sales", "S2,P2,C2,4", "s2,P9,C9,4"),
        "inventory": replaced("inventory", "2023-02,S1,P2", "2023-02,S1,P8"),
        "customers": [f"{FILES['customers'][0]},home_store_id", "C1,Ada,Gold,2021-05-01,S7", "C2,Ben,,1905-01-15,S1"],
    },
    "no customers, no stock": {"customers": None, "inventory": None},
    "no ids of lines, no amounts": {
        "sales": [",".join(row.split(",")[1:8]) for row in [*FILES["sales"], FILES["sales"][1]]]
    },
    "only net amounts": {"sales": [",".join([*row.split(",")[:8], row.split(",")[9]]) for row in FILES["sales"]]},
    "no receipts in the stock": {"inventory": [row.rpartition(",")[0] for row in FILES["inventory"]]},
    "amounts that do not add up": {"sales": replaced("sales", "1.00,9.00", "1.00,9.50")},
    "halves of a cent": {
        "products": replaced("products", "0.80", "0.125"),
        "sales": [
            *(row.rpartition(",")[0].rpartition(",")[0] for row in FILES["sales"]),
            "L8,T7,2023-02-03,S1,P3,,3,0.125", "L9,T7,2023-02-03,S1,P3,,-3,0.125", "LA,T8,2023-02-03,S1,P3,,1,1.005",
        ],
    },
    "letters of every kind": {
        "stores": [
            "store_id,store_name,chain",
            "S1,  Äpfel & Co,Zeta", "S2,äpfel & co,\u00a0École", "S3,Zebra,éclair", "S4,,",
        ],
        "customers": ["customer_id,customer_name", "C1,Ángel", "C2,ángel", "C3,Żółw", "c1,,"],
        "sales": replaced("sales", "T2", "t1"),
    },
}  # fmt: skip
