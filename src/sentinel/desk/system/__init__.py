"""How Sentinel itself fares, for who administers it: the worker, what failed, what waits to be sent. No case data."""
