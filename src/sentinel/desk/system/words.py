"""What background work does and why it failed, in words for an administrator."""

from __future__ import annotations

# Task: what it does, and what does not happen while it fails.
TASKS: dict[str, tuple[str, str]] = {
    "access.tell_duty": (
        "Tell a duty contact of an emergency reading",
        "The duty contact was not told by email. The review still stands under their My work.",
    ),
    "accounts.clear": (
        "Clear away sessions and links that have ended",
        "Nothing anybody notices; what has ended does not work, cleared away or not.",
    ),
    "accounts.link": (
        "Send somebody a link to set a password",
        "The person has no link. Queue it again, or end the password again from their page.",
    ),
    "accounts.notice": (
        "Tell somebody that their sign-in was changed",
        "The person was not told by email. The audit holds the change.",
    ),
    "audit.seal": (
        "Seal the audit",
        "What was done since the last seal is recorded, but not sealed yet. The next round seals all that waits.",
    ),
    "batch.forget_extracts": (
        "Delete what a stopped comparison of all persons left lying",
        "A copy of names and births may lie in the data folder for longer than a day. The next round deletes it; or throw the comparison away.",
    ),
    "batch.throw_away": (
        "Throw a comparison of all persons away",
        "Its pairs are still in the queue of the data stewards. Queue it again, or throw it away by the command.",
    ),
    "cases.scan_waiting": (
        "Have attached files scanned for viruses",
        "Files that wait for the scan cannot be opened. The next round takes up all that wait.",
    ),
    "command_control.push": (
        "Look for markers that connected systems are to be sent",
        "Connected systems are sent nothing for now. The next round takes up all that waits; they may still ask.",
    ),
    "command_control.push_to": (
        "Send markers to a connected system",
        "It does not show what was changed since. It is tried again every ten minutes by itself; ring the control room meanwhile.",
    ),
    "foundation.deliver": (
        "Hand over the messages that wait",
        "Messages wait longer. The next round takes up all that wait; none is lost.",
    ),
    "foundation.try_again": (
        "Put a failed message back among those that wait",
        "The message is still shown as failed, and can be tried again from there.",
    ),
    "notify.returned": (
        "Ask GOV.UK Notify which messages came back",
        "A message that reached nobody still stands as handed over. The next round asks for all of the last week.",
    ),
    "reminders.simulate": (
        "Work out what a reminder would have sent",
        "The page of the rule goes on saying that it is being worked out. Ask for it again there.",
    ),
    "reminders.sweep": (
        "Decide who is to be reminded of what",
        "Reminders come later. The next round takes up all that is due; none is lost.",
    ),
    "insight.check": (
        "Compare the figures of the compliance page with the cases",
        "What the page shows was kept with each change and is not compared for now. The next night compares everything.",
    ),
    "insight.learn": (
        "Learn the questions that count as not known",
        "Unknown answers to questions released since are not counted yet. The next round takes them in.",
    ),
    "insight.shared": (
        "Count the cases of those who share very many",
        "Their figures stay as of the time that the page says. The next round counts anew.",
    ),
    "insight.weeks": (
        "Work out the weeks that are over, and write to leads, supervisors and heads",
        "The week’s figures and message come later. The next round takes up all that is over; none is lost.",
    ),
    "partnership.tell_of_referral": (
        "Tell somebody of a referral to their agency",
        "They were not told by email. It stands under Referrals all the same, and is chased until it is acknowledged.",
    ),
    "governance.replay_draft": (
        "Try a draft of a question set on past assessments",
        "The page of the draft shows no figures yet. Queue it again, or ask for it again from the draft.",
    ),
    "hits.ended": (
        "Write down what access has ended",
        "Nobody reads longer: access ends by itself. The ledger says so once the next round has run.",
    ),
    "hits.watch": (
        "Look over who searched for whom",
        "The auditor is told later of what is odd. The next round takes up all that was searched.",
    ),
    "matching.count": (
        "Count how common names are",
        "Who may be meant is weighed by the names as they were counted last. The next night counts anew.",
    ),
    "matching.build": (
        "Make everybody findable again after what people are found by has changed",
        "People are found by what was kept before. The next round goes on where this one stopped.",
    ),
    "matching.complete": (
        "Make somebody findable by what several records say together",
        "The person is found by what each record says alone. The next such change makes it good.",
    ),
    "risk.pass_on": (
        "Pass on high risk that nobody has acknowledged",
        "The next duty role is not told yet. The next round takes up all that is late; ring them meanwhile.",
    ),
    "partnership.tell_of_no_contact": (
        "Tell the lead of a case that Victim First could not reach somebody",
        "They were not told by email. It stands on their My work all the same.",
    ),
    "risk.tell_lowering_decided": (
        "Tell whoever asked for a lower band that it is decided",
        "They were not told by email. It stands on their My work all the same.",
    ),
    "risk.tell_assessed_beside": (
        "Tell somebody that another assessed the same at the same time",
        "They were not told by email. Both assessments stand in the case, and the later one holds.",
    ),
    "risk.send_told": (
        "Tell somebody on duty of high risk",
        "They were not told by email. It still stands under their My work and High risk.",
    ),
}
UNKNOWN_TASK = ("Background work", "Whoever runs Sentinel finds in the log what it was, by the job’s number.")

_NOTIFY = {
    "permanent-failure": "The address or number does not exist, or takes nothing: it came back. Ask for another one.",
    "temporary-failure": "It could not be delivered for days: the mailbox was full or the phone off. Try it again, or another way.",
    "technical-failure": "GOV.UK Notify could not send it. Try it again.",
    "400": "GOV.UK Notify did not take it: the address or number is not one, or the template is not as it must be.",
    "403": "GOV.UK Notify refused Sentinel’s key, or may not write to this person while it is in trial mode.",
    "429": "GOV.UK Notify was sent more than it takes in a minute or a day.",
}
_MAIL = "The mail server could not be reached, or did not take the message."
_ERRORS: dict[str, str] = {
    "unknown": "The worker was stopped while it ran, each time.",
    "OperationalError": "The database could not be reached.",
    "InterfaceError": "The database could not be reached.",
    "ConnectionRefusedError": "The server that was needed did not answer.",
    "ConnectionResetError": "The server that was needed ended the connection.",
    "NotTaken": "The other system did not take what it was sent. Your agency’s page of connected systems says why.",
    "TimeoutError": "The server that was needed did not answer in time.",
    "gaierror": "The name of the server that was needed was not found.",
    "SSLCertVerificationError": "The certificate of the server that was needed is not one that is trusted.",
    "PermissionError": "A file or folder may not be read or written.",
    "FileNotFoundError": "A file or folder was not there.",
    "OSError": "A file, a folder or a server that was needed could not be used.",
    "SMTPRecipientsRefused": "The mail server refused the address.",
    "SMTPSenderRefused": "The mail server refused Sentinel as the sender.",
    "SMTPAuthenticationError": "The mail server refused Sentinel’s user name or password.",
}


def task_words(task: str) -> tuple[str, str]:
    """What the task does, and what does not happen while it fails."""
    return TASKS.get(task, UNKNOWN_TASK)


def error_words(kind: str) -> str:
    """Why something failed, from the name of the error alone: its message may hold what nobody here may read."""
    if kind in _ERRORS:
        return _ERRORS[kind]
    if kind.startswith("SMTP"):
        return _MAIL
    if kind.startswith("notify "):
        return _NOTIFY.get(kind.removeprefix("notify "), "GOV.UK Notify did not answer, or not as it should.")
    if kind == "NotHandedOverError":
        return "The service that sends messages did not answer."
    return f"An error in Sentinel ({kind}). Whoever runs Sentinel finds it in the log."
