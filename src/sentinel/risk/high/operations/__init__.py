"""High risk begins, is told, acknowledged, passed on and ended; its marker is proposed, answered and taken off."""

from sentinel.risk.high.operations.beginning import begin_high_risk
from sentinel.risk.high.operations.ending import end_high_risk, end_with_case
from sentinel.risk.high.operations.markers import (
    answer_marker,
    lapse_markers,
    propose_again,
    silence_markers,
    take_marker_off,
    why_none,
)
from sentinel.risk.high.operations.reaching import let_workers_reach
from sentinel.risk.high.operations.telling import acknowledge, pass_on

__all__ = [
    "acknowledge",
    "answer_marker",
    "begin_high_risk",
    "end_high_risk",
    "end_with_case",
    "lapse_markers",
    "let_workers_reach",
    "pass_on",
    "propose_again",
    "silence_markers",
    "take_marker_off",
    "why_none",
]
