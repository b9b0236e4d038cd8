"""View: what people see and touch."""
