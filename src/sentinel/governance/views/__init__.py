"""Thin: what was asked for goes to a query or an operation, what comes back to a template."""
