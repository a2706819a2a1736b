"""The Textual application, its front doors, and the command line that starts everything."""
