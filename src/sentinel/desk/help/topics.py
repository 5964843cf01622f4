"""The how-to pages: which there are, in the order in which one meets them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One how-to: its address, its title as a task, and what it is about in a line."""

    slug: str
    title: str
    about: str


TOPICS = (
    Topic(
        "take-a-report", "Take a report", "From the first question to the reference that the caller is given"
    ),
    Topic(
        "known-person",
        "See whether a person is known",
        "What the partnership already knows, and the question that settles it",
    ),
    Topic("find", "Find a person, a place or what was written", "One box, and what to type in it"),
    Topic("open-a-case", "Open a case", "When a case must be opened, and when it may"),
    Topic(
        "assess-risk",
        "Assess how at risk somebody is",
        "One assessment for each victim, and who may change the band",
    ),
    Topic(
        "lower-a-band",
        "Have a band lowered",
        "What a supervisor is asked, who decides, and how you learn of the answer",
    ),
    Topic(
        "high-risk",
        "Act on high risk",
        "Who is told at once, how it is acknowledged, and the marker of the control room",
    ),
    Topic(
        "refer",
        "Refer somebody to another agency",
        "Victim First, safeguarding and the Joint Action Group, from the case to their answer",
    ),
    Topic("keep-the-victim-told", "Keep the victim told", "Record a contact, and do it in a safe way"),
    Topic("plan", "Plan and act", "Notes, actions and who does what by when"),
    Topic(
        "review-a-case",
        "Review a case",
        "How often a supervisor looks at a case, and what is recorded",
    ),
    Topic(
        "approach-the-other-side",
        "Approach the other side",
        "Four questions before a visit, a letter or a notice",
    ),
    Topic("close-a-case", "Close a case", "What has to be done first, and who decides"),
    Topic("reopen-a-case", "Reopen a case", "When it happens again"),
    Topic("share-a-case", "Share a case", "Who sees it already, and how to let another agency in"),
    Topic("my-work", "Use My work", "How the list is made, and how to hand over before leave"),
    Topic(
        "compliance",
        "See what is to be put right",
        "Who is not assessed, what is not known, what is late, and how it went by week",
    ),
    Topic("reminders", "Use reminders", "Of what you are reminded and when, and who is while you are away"),
    Topic(
        "hours-and-desk",
        "Set the hours and the sharing desk",
        "When your agency works, and whom others ring, for the local administrator",
    ),
    Topic(
        "connected-systems",
        "Connect a command and control system",
        "Give markers to the system that sends officers, for the local administrator of a police force",
    ),
    Topic(
        "question-sets",
        "Change what is asked",
        "Write, try and release a question set, for the governance officer",
    ),
    Topic(
        "put-records-right",
        "Put records right",
        "Which entries are one person, and how to take them apart again, for the data steward",
    ),
    Topic(
        "look-into-searching",
        "Look into a concern about searching",
        "Who was shown themselves, a colleague or very many people, and what you ask, for the auditor",
    ),
    Topic("who-has-read-it", "See who has read a case", "Every view, search and print is recorded"),
)
BY_SLUG = {topic.slug: topic for topic in TOPICS}
