"""The tables of the partnership's common work."""

from __future__ import annotations

from sentinel.partnership.referrals.models import Referral, ReferralContent, SentReferral

__all__ = ["Referral", "ReferralContent", "SentReferral"]
