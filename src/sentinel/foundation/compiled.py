"""Queries whose SQL is put together once for a process, and asked again and again with other values.

Django puts the SQL of a query together anew each time that it is asked. On the pages that are opened most this took more
time than anything else (docs/decisions/0012). Only what a profile names is worth it: elsewhere a plain query is plainer.

@compiled
def _parties(cases: list[uuid.UUID]) -> QuerySet[Party]:
    return Party.objects.filter(Among("case_id", cases)).order_by("created_at", "id")

for party in _parties([first, second]): ...
"""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, F, Func, QuerySet, TextField, UUIDField, Value
from django.db.models.expressions import Combinable

from sentinel.foundation.clock import ASKED, now
from sentinel.foundation.statements import Kept

Given = ParamSpec("Given")
Row = TypeVar("Row")


class Among(Func):
    """Whether a field holds one of a list of ids or words: one statement for any number of them, where `__in` has one for
    each. `several` may be an expression that gives the list: it is asked once, and the field's index serves."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, name: str, several: Sequence[uuid.UUID] | Sequence[str] | Combinable) -> None:
        if isinstance(several, Combinable):
            super().__init__(F(name), several)
            return
        words = any(isinstance(one, str) for one in several)
        kind = ArrayField(TextField() if words else UUIDField())
        super().__init__(F(name), Value(list(several), output_field=kind))


def _mark(kind: Any, place: int) -> Any:
    """A value of a kind that stands in no query by itself: where it turns up in the parameters, a given one goes.

    `place` is the argument's, counted from 0: no two arguments (of 20 at most) have the same mark.
    """
    made = uuid.uuid4()
    marks: dict[Any, Any] = {
        uuid.UUID: made,
        list[uuid.UUID]: [made],
        list[str]: [str(made)],
        datetime: datetime(1, 1, 1, tzinfo=UTC) + timedelta(microseconds=made.int % 10**12),
        date: date(1, 1, 1) + timedelta(days=1000 * place + made.int % 1000),
        int: 30_000 + 100 * place + made.int % 100,  # a small integer's column takes no larger one
        str: str(made),
    }
    for one, mark in marks.items():
        if kind in (one, one | None):
            return mark
    raise TypeError(
        f"A compiled query is given ids, text, lists of either, days, moments and numbers, not {kind}."
    )


class Compiled(Generic[Given, Row]):
    """A query with places for values. Calling it asks the database: the rows, as the query gives them, in a list.

    The function that builds the query is called once, with marks for its arguments, which it may hand to `filter` and
    `annotate` and may not look at. None for an argument is SQL's NULL: nothing equals it.
    """

    def __init__(self, build: Callable[Given, QuerySet[Any, Row]]) -> None:
        self._build = build
        self._signature = inspect.signature(build, eval_str=True)
        update_wrapper(self, build)

    @cached_property
    def _made(self) -> _Made[Row]:
        arguments = self._signature.parameters.items()
        marks = {name: _mark(one.annotation, place) for place, (name, one) in enumerate(arguments)}
        queryset = self._build(**marks)  # type: ignore[call-arg]
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, values = compiler.as_sql()
        places = list(marks)
        found = [_name_of(value, marks) for value in values]
        lost = set(marks) - set(found)
        if lost:
            raise TypeError(f"{self._build.__qualname__} does nothing with {', '.join(sorted(lost))}.")
        # A mark that stands within something else would stand there for good, in every answer to come.
        fixed = [value for value, name in zip(values, found, strict=True) if name is None]
        kept = " ".join([sql, *map(str, fixed)])
        stuck = [
            name for name, mark in marks.items() if isinstance(mark, str | uuid.UUID) and str(mark) in kept
        ]
        if stuck:
            raise TypeError(f"{self._build.__qualname__} changes {', '.join(sorted(stuck))}.")
        converters = compiler.get_converters([one[0] for one in compiler.select])
        slots = [
            (0, value) if name is None else (places.index(name), _GIVEN)
            for value, name in zip(values, found, strict=True)
        ]
        return _Made(queryset, compiler, Kept(sql), slots, converters, places)

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> list[Row]:
        """The rows for these values. One query."""
        made = self._made
        if len(args) + len(kwargs) != len(made.names):
            raise TypeError(f"{self._build.__qualname__} is given {', '.join(made.names)}, each once.")
        # inspect.Signature would do the same, and take longer than all the rest of this.
        given = (*args, *[kwargs[name] for name in made.names[len(args) :]])
        values = tuple([given[place] if fixed is _GIVEN else fixed for place, fixed in made.slots])
        # All that Django would make anew, it copies here: a clone walks the whole condition.
        again = _twin(made.compiler)
        again.connection = connections[DEFAULT_DB_ALIAS]  # another thread has another
        again.as_sql = lambda *_, **__: (made.sql, values)
        again.get_converters = lambda _: made.converters
        query = _twin(made.queryset.query)
        query.get_compiler = lambda *_, **__: again
        asked = _twin(made.queryset)
        asked._query = query
        return list(asked)


def keep_plans() -> datetime:
    """Until the transaction ends the database plans no statement anew for its values. For a page of many statements that each
    begin at an index and find few rows: planning them, row policies and all, took longer than answering them, and whether
    it was done anew hung on how many rows the tables held.

    The present moment (UTC) comes back, which such a page wants as well: foundation.clock.now, and raises as that. Must be called
    inside a transaction. One statement.
    """
    return now(f"{ASKED}, set_config('plan_cache_mode', 'force_generic_plan', true)")


# Stands where a given value goes.
_GIVEN = object()


@dataclass(frozen=True)
class _Made(Generic[Row]):
    """What was put together: `compiler` as it stood when it had made `sql`, `slots` for each parameter the place of the argument and
    _GIVEN, or its value that never changes; `names` of the arguments."""

    queryset: QuerySet[Any, Row]
    compiler: Any
    sql: str
    slots: list[tuple[int, Any]]
    converters: Any
    names: list[str]


def _name_of(value: Any, marks: dict[str, Any]) -> str | None:
    for name, mark in marks.items():
        if isinstance(value, type(mark)) and value == mark:
            return name
    return None


def _twin(one: Any) -> Any:
    """Another object of the same class that holds the very same things."""
    other = object.__new__(type(one))
    other.__dict__.update(one.__dict__)
    return other


def compiled(build: Callable[Given, QuerySet[Any, Row]]) -> Callable[Given, list[Row]]:
    """Decorator: make a compiled query of a function that builds one. Its arguments must have their types written down."""
    return cast("Callable[Given, list[Row]]", Compiled(build))
