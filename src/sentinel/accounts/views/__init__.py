"""Pages of a local administrator and a governance officer."""
