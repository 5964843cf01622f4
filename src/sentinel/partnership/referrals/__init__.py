"""Referrals: a form sent from a case to another agency or duty, and followed until it is answered."""
