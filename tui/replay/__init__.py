"""The replay of a scenario in the application, and what is written of it."""
