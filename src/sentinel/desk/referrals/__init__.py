"""The pages of referrals: those of a case, and those that an agency received."""
