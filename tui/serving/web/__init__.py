"""The web door: the same sandboxes as over SSH, in a browser."""
