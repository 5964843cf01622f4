"""Hit, no hit: what is told of records that somebody may only know of, and asking their owner for access."""
