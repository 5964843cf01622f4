"""Short ways to an actor and a signed-in browser, for tests of every room."""

from __future__ import annotations

from datetime import UTC, datetime

from django.test import Client

from sentinel.accounts.models import User
from sentinel.accounts.queries import actor_for
from sentinel.foundation.actor import Actor, state_actor

PRIYA = "priya.nair@charnwood.example"
NOW = datetime(2026, 11, 20, 21, 58, tzinfo=UTC)
BACKEND = "sentinel.accounts.backends.AccountBackend"


def user(email: str) -> User:
    """The demonstration account with this address."""
    return User.objects.select_related("agency", "team").prefetch_related("roles").get(email=email)


def actor(email: str) -> Actor:
    """The actor of a demonstration account, not yet stated."""
    return actor_for(user(email), request_id="test", address="127.0.0.1")


def acting(email: str) -> Actor:
    """The actor of a demonstration account, stated in the present transaction."""
    found = actor(email)
    state_actor(found)
    return found


def signed_in(email: str) -> Client:
    """A browser in which this account is signed in. Wants the fixture `transactional_db`."""
    client = Client(headers={"host": "localhost"})
    client.force_login(user(email), backend=BACKEND)
    return client
