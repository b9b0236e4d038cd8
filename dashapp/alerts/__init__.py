"""Alerts: limits that people set on a KPI, looked at whenever new data are published."""
