"""Raw tables in ClickHouse: the same marts as from files, and nothing left behind."""
