"""Linkage of a labelled file, measured: `sentinel match evaluate`. Runs in a command, never in a web process."""
