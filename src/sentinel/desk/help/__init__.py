"""How to do each of the main tasks, in the product's own words (R192)."""
