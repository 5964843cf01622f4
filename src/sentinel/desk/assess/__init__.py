"""Pages about one person of a case: how at risk they are, when they were told, what they were told of the end."""
