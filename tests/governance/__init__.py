"""Question sets, kept by people who are not programmers."""
