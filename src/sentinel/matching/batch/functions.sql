-- Runs are read by whoever may put records right, and written by the command and the worker alone.
GRANT INSERT, UPDATE ON batch_run TO sentinel_worker;
