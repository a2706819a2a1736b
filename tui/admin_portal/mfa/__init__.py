"""The MFA tab."""
