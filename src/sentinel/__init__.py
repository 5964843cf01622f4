"""Sentinel: one shared case file for anti-social behaviour."""
