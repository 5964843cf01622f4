"""The words that go to callers. Plain, and without a name: somebody else may open the post."""

from __future__ import annotations

from datetime import datetime

from sentinel.kernel.clock import show_moment

CONFIRMATION_SUBJECT = "Your report has been recorded"
END_SUBJECT = "What we decided about your report"


def confirmation(reference: str, agency: str, phone: str, due: datetime) -> str:
    """The written confirmation of a report (R5): its reference, when we are next in touch, and what to do before then."""
    return (
        f"Thank you for telling us. {agency} has recorded your report.\n\n"
        f"Your reference is {reference}. Please say it when you get in touch.\n\n"
        f"We will be in touch by {show_moment(due)}.\n\n"
        f"If it happens again, or you remember more, ring {phone}. "
        "If anybody is in danger, ring 999. If you cannot speak, press 55 on a mobile."
    )


def end_notice(reference: str, agency: str, phone: str, reasons: str) -> str:
    """The early notice that a report is not taken forward, with the reasons (R20), and how to come back."""
    return (
        f"{agency} has looked at your report {reference} and will not take it further.\n\n"
        f"The reasons: {reasons}\n\n"
        f"If you do not agree, or if it happens again, ring {phone} and say your reference. "
        "You may also ask for an anti-social behaviour case review. If anybody is in danger, ring 999."
    )
