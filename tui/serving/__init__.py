"""Serving sandboxes: a front listens, and workers run everybody's application, over SSH or in browsers."""
