"""Users out of files and into files."""
