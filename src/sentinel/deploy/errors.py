"""Why Sentinel cannot start, in words for the person who started it."""


class CannotStartError(RuntimeError):
    """Something outside Sentinel stands in the way; the message says what, and what to do about it."""


class StoppedError(Exception):
    """Somebody asked Sentinel to stop while it was still starting."""
