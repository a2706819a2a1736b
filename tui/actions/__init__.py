"""What can be done: one registry of actions, a module for each area."""
