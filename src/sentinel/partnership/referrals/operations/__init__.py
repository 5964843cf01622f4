"""Every step of a referral: one keyword-only function for one thing a person, or a procedure, can do."""

from sentinel.partnership.referrals.operations.answering import (
    answer_referral,
    silence_referrals,
    withdraw_referral,
)
from sentinel.partnership.referrals.operations.opening import Wanted, open_by_themselves, open_referral
from sentinel.partnership.referrals.operations.sending import (
    decide_objection,
    do_not_send,
    keep_referral,
    not_sent,
    say_kind,
    send_referral,
)
from sentinel.partnership.referrals.operations.telling import STANDS, STILL, lock, tell_of, unsent

__all__ = [
    "STANDS",
    "STILL",
    "Wanted",
    "answer_referral",
    "decide_objection",
    "do_not_send",
    "keep_referral",
    "lock",
    "not_sent",
    "open_by_themselves",
    "open_referral",
    "say_kind",
    "send_referral",
    "silence_referrals",
    "tell_of",
    "unsent",
    "withdraw_referral",
]
