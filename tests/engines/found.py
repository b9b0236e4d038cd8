"""What two reports found, to be compared."""

from data.ingest.quality import QualityReport
from data.said import english


def found(report: QualityReport) -> set[tuple[str, str, int, int]]:
    return {(check.table, english(check.name), check.count, check.of) for check in report.found()}
