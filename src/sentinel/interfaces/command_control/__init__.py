"""Markers of high-risk ASB for a command and control system: a feed that it asks for, a push that it is sent, and a consumer
of ours to try both with (R153; docs/interfaces/command-and-control.md is the contract)."""
