"""The SSH server: every trainee has a sandbox, in the process of the server."""
