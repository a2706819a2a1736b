"""The right pane: what the users meet when they log in."""
