"""The scenarios that are shipped: data only."""
