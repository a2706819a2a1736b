"""What makes the domain live: clock, timeline, population, devices, mail, scenarios, storage."""
