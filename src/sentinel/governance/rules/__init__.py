"""Pure rules of writing question sets: changing a definition, naming a place in it, what Sentinel itself needs of it, replaying."""
