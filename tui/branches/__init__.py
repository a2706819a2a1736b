"""The branches: their tree, two of them side by side, and one told again."""
