"""`sentinel audit`: seal and verify."""

import sys

import click

from sentinel.cli.base import as_json, django_as, interactive, report


@click.group()
def command() -> None:
    """The audit's seal: close it now, or verify all of it."""


@command.command()
@as_json
def seal(as_json: bool) -> None:
    """Seal every row that waits (the worker does so each minute)."""
    with django_as("worker"):
        from django.conf import settings

        from sentinel.audit.seal import seal_waiting
        from sentinel.foundation.clock import now

        rows = seal_waiting(now=now(), key=settings.SEAL_KEY, heads=settings.SEAL_HEADS)
        report({"rows": rows}, as_json, f"{rows} rows sealed.")


@command.command()
@as_json
def verify(as_json: bool) -> None:
    """Find altered, deleted, inserted and reordered rows and a cut tail. Exit code 1 where anything is found."""
    with django_as("worker"):
        from django.conf import settings

        from sentinel.audit.models import Seal
        from sentinel.audit.seal import Verdict
        from sentinel.audit.seal import verify as check

        verdict = Verdict()
        total = Seal.objects.count() + 1
        with click.progressbar(
            length=total, label="Verifying", file=sys.stderr, hidden=not interactive()
        ) as bar:
            for so_far in check(key=settings.SEAL_KEY, heads=settings.SEAL_HEADS):
                verdict = so_far
                bar.update(1)
        figures = {
            "holds": verdict.holds,
            "seals": verdict.seals,
            "sealed": verdict.sealed,
            "unsealed": verdict.unsealed,
            "findings": verdict.findings,
        }
        words = [
            f"{verdict.sealed} rows in {verdict.seals} seals are as sealed; {verdict.unsealed} are not sealed yet."
        ]
        words += [f"{found['kind']}: {found['words']}" for found in verdict.findings]
        words.append("The audit holds." if verdict.holds else "The audit has been tampered with.")
        report(figures, as_json, "\n".join(words))
    if not verdict.holds:
        sys.exit(1)
