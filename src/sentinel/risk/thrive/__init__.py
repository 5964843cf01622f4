"""THRIVE, the control room's first look at an incident, carried over with its log (R155). It stands beside an assessment and is none."""
