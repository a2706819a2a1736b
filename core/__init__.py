"""The domain: the simulated directory, what may be done to it, and what a log-in meets. No I/O, no wall clock."""
