"""Scenario files: reading, checking, running, recording."""
