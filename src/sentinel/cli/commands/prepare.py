"""`sentinel prepare`: what an empty database needs before anybody works in it."""

import click

from sentinel.cli.base import as_json, django_as, report, say

FIRST = (
    "Nobody can sign in yet. Add the first agency, then make its administrator, who invites the rest:\n"
    "  sentinel agency add --help\n  sentinel user create --help"
)


@click.command()
@click.option("--password", help="Also make the demonstration accounts, with this password.")
@as_json
def command(password: str | None, as_json: bool) -> None:
    """Load question sets and local rules from the project's files; with --password the demonstration accounts."""
    with django_as("owner"):
        from django.conf import settings

        from sentinel.accounts.models import User
        from sentinel.cli.demo.partnership import build_partnership
        from sentinel.foundation.clock import now
        from sentinel.insight.operations import learn_questions
        from sentinel.questionnaires.operations import load_content
        from sentinel.reminders.operations import load_rules

        loaded = load_content(now=now())
        reminders = load_rules(now=now())
        learn_questions()
        if password and settings.PRODUCTION:
            raise click.ClickException("Demonstration accounts are not made in production.")
        users = build_partnership(now=now(), password=password) if password else {}
        if settings.PRODUCTION and not User.objects.exists():
            say(FIRST)
        if loaded.own and not as_json:
            kept = ", ".join(loaded.own)
            say(f"The partnership has released its own; what came with Sentinel was left aside: {kept}.")
        report(
            {
                "question_sets": loaded.question_sets,
                "local_rules": loaded.rules,
                "reminders": reminders,
                "accounts": len(users),
            },
            as_json,
            f"{loaded.question_sets} question sets, {loaded.rules} local rules and {reminders} reminders loaded,"
            f" {len(users)} accounts made.",
        )
