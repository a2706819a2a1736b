"""More actions: what is done to many users at once."""
