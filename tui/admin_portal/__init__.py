"""The left pane: where admins require MFA."""
