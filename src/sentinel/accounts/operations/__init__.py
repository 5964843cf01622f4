"""Every change to accounts, teams and agencies. Each asks for its right, changes in one transaction, raises one event."""

from sentinel.accounts.operations.absences import end_absence, set_absence
from sentinel.accounts.operations.agencies import (
    add_agency,
    merge_agency,
    rename_agency,
    set_areas,
    set_desk,
)
from sentinel.accounts.operations.desks import (
    set_duties,
    set_hours,
    set_partnership_desk,
    set_sharing_desk,
)
from sentinel.accounts.operations.teams import add_team, change_team
from sentinel.accounts.operations.users import (
    change_user,
    invite_user,
    reset_user,
    restore_user,
    set_roles,
    suspend_user,
)

__all__ = [
    "add_agency",
    "add_team",
    "change_team",
    "change_user",
    "end_absence",
    "invite_user",
    "merge_agency",
    "rename_agency",
    "reset_user",
    "restore_user",
    "set_absence",
    "set_areas",
    "set_desk",
    "set_duties",
    "set_hours",
    "set_partnership_desk",
    "set_roles",
    "set_sharing_desk",
    "suspend_user",
]
