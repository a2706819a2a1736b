"""The Conditional Policies tab."""
