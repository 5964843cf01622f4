"""Every change that a governance officer can make here."""

from sentinel.governance.operations.local_rules import approve_rule, propose_rule, send_rule_back
from sentinel.governance.operations.question_sets import (
    approve,
    ask_for_tabletop,
    begin_draft,
    change,
    propose,
    send_back,
    throw_away,
)

__all__ = [
    "approve",
    "approve_rule",
    "ask_for_tabletop",
    "begin_draft",
    "change",
    "propose",
    "propose_rule",
    "send_back",
    "send_rule_back",
    "throw_away",
]
