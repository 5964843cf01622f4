"""Invented persons for `make bench-people`, what is said of them with mistakes, and the measuring processes."""
