"""What goes wrong with the embedded database, in words for the person who started Sentinel."""


class EmbeddedError(RuntimeError):
    """The embedded database cannot be started, found or stopped; the message says why and what to do."""
