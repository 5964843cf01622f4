"""The pages of a case. Thin: they ask queries, call operations and render."""
