"""Places, streets and areas: what is known there, and what open data tells of the neighbourhood."""
