"""Collects *.drill.yaml files as tests."""
