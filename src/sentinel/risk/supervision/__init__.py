"""Who looks at the work on a case, how often by its band, and what they decided (R112, R120; domain: clocks by band)."""
