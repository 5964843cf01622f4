"""Messages to people outside: decided once, handed over by the worker, read in an outbox in a trial."""
