"""How a command ended."""

PASSED, FAILED, UNUSABLE = 0, 1, 2
