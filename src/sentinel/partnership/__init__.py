"""The work of several agencies on one matter: referrals."""
