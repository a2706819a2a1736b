"""The bottom bar: the clock, the timeline and what happens next."""
