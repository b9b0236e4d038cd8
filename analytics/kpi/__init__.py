"""Every KPI of the product. Importing the package registers them all."""

from analytics.kpi import customers, inventory, sales
from analytics.kpi.registry import KPIS, Kpi

__all__ = ["KPIS", "Kpi", "customers", "inventory", "sales"]
