"""Jobs of this room, for the worker to find."""

from sentinel.partnership.referrals.tasks import tell_of_referral

__all__ = ["tell_of_referral"]
