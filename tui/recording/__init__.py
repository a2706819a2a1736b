"""Recordings of the application, made without a terminal."""
