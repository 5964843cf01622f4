"""The tasks of neighbours that are no application of their own: the worker finds them by this module."""

from sentinel.interfaces.notify import tasks as notify

__all__ = ["notify"]
