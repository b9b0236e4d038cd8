"""A demo retailer with a known causal world: five tables to load, and the truth to test models against."""

from data.demo.retailer import DemoData, build, generate, paired_uplift, write
from data.demo.spec import DemoSpec

__all__ = ["DemoData", "DemoSpec", "build", "generate", "paired_uplift", "write"]
