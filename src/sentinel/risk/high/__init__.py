"""What high risk sets going: who is told and must acknowledge, and the marker for the control room (R48, R52, R53, R153)."""
