"""What an instructor sees of a class that is served, and does for it."""
