"""The action plan that opens with a band: what its template proposes, and what an officer makes of each line (R53)."""
