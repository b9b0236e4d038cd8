"""Raw files → trusted staging tables, and a report of what was found on the way."""

from data.ingest.bad_input import BadInput
from data.ingest.load import ingest
from data.ingest.quality import QualityReport

__all__ = ["BadInput", "QualityReport", "ingest"]
