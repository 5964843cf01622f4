"""Which partners' systems may be asked, by whose people."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.accounts.models import Agency
from sentinel.interfaces.federated.rules import INVENTED
from sentinel.kernel.ids import new_id


class Connection(models.Model):
    """A system that people of one agency may ask from the box. Set by whoever runs the server alone: an address that somebody could
    type on a page would be one that Sentinel's own network can be asked through.

    The secret that signs what is asked stands nowhere: it is made of the server's key, the connection and `secret_number`.
    """

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    url = models.CharField(max_length=300)
    limit_ms = models.PositiveSmallIntegerField(default=2000)
    secret_number = models.PositiveIntegerField(default=1)
    set_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="federated_name_once"),
            models.CheckConstraint(condition=models.Q(limit_ms__range=(200, 5000)), name="federated_limit"),
        ]

    @property
    def is_invented(self) -> bool:
        """Whether it is a fake of the demonstration, which nothing leaves Sentinel for."""
        return self.url.startswith(INVENTED)

    @property
    def called(self) -> str:
        """What it is called on a page: a fake is never taken for the system whose place it holds."""
        return f"{self.name} (invented)" if self.is_invented else self.name
