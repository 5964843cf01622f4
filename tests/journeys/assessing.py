"""Assessing somebody of a case through its page."""

from __future__ import annotations

from sentinel.cases.models import Case, Party
from tests.journeys.people import Somebody

ASKED = (
    "threat_to_life",
    "weapon",
    "violence",
    "stalking",
    "person_at_risk",
    "suicide",
    "repeat_victim",
    "vulnerable",
    "safeguarding",
)
NO = dict.fromkeys(ASKED, "no")


def answers(somebody: Somebody, *, band: str, why: str, **asked: str) -> None:
    """Answer the victim set's page that is open: "no" to every question of danger but those given, and this band."""
    somebody.choose(**{**NO, **asked})
    if asked.get("threat_to_life") == "yes":
        somebody.write(threat_to_life__why="He said that he would burn the house.")
    somebody.choose(frequency="most_weeks", impact="a_little", targeted="household", band=band)
    somebody.write(vulnerabilities="None that were named.", support="A sister.", band_reason=why)


def assesses(somebody: Somebody, case: Case, party: Party, *, band: str, why: str, **asked: str) -> None:
    """Open the page of a party's assessment, answer and keep it."""
    somebody.go(f"/cases/{case.reference}/people/{party.id}/assess")
    answers(somebody, band=band, why=why, **asked)
    somebody.press("Keep this assessment")
