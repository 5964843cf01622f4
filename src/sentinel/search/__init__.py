"""One box over everything that the reader may see (R135)."""
