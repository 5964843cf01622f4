"""Find a person or place: one box, words never in an address."""
