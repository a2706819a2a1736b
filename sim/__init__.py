"""What makes the domain live: clock, timeline, population, people and their devices, mail, scenarios."""
