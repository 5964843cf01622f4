"""The pages of high risk: what one was told of, the markers of the control room, what followed in a case."""
