"""Comparing all persons with all others, away from the request: `sentinel match batch` (docs/linkage.md)."""
