"""Putting records right: the queue of pairs that may be one person, and what a data steward decides of each."""
