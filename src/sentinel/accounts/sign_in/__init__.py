"""Signing in: django-allauth's pages, the ones that are wanted, in Sentinel's words."""
