"""Work on cases in the background."""

from __future__ import annotations

from sentinel.cases import files, scanning
from sentinel.cases.models import Attachment
from sentinel.cases.operations.attachments import settle_scan
from sentinel.foundation.actor import SYSTEM
from sentinel.foundation.clock import now
from sentinel.foundation.jobs import task

_AT_A_TIME = 50


@task("cases.scan_waiting", every="*/5 * * * *", lock="cases.scan_waiting")
def scan_waiting() -> None:
    """Scan the files that wait. Works from state: what the scanner still cannot take waits for the next time."""
    for attachment in Attachment.objects.filter(scan="waiting").order_by("created_at")[:_AT_A_TIME]:
        verdict = scanning.scan(files.path_of(attachment.sha256))
        if verdict == "waiting":
            return
        settle_scan(actor=SYSTEM, now=now(), attachment=attachment, verdict=verdict)
