"""Every KPI of the product. Importing the package registers them all."""

from analytics.kpi import customers, inventory, sales
from analytics.kpi.registry import KPIS, Kpi, fed_by

__all__ = ["KPIS", "Kpi", "customers", "fed_by", "inventory", "sales"]
