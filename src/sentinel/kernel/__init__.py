"""What every room stands on and that knows nothing of any room: pure Python, no Django, no database."""
