"""Minimum standards: what an investigation takes by band (R57), and what is done when somebody attends (R26). Question sets
whose answers a case gathers bit by bit."""
