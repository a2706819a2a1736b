"""The sheet of one user."""
