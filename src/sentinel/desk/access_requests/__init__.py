"""Asking another agency for access, and answering it."""
