"""The Jinja2 environment of every page: strict about its own templates, lenient only for GOV.UK's macros.

`TEMPLATES` names it as ``"environment": "sentinel.web.jinja.environment"``.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    Undefined,
)

from sentinel.web import formats, forms

GOVUK = "govuk_frontend_jinja"
OWN_TEMPLATES = Path(__file__).resolve().parent / "jinja2"


def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named page. Raises NoReverseMatch where there is none."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def where(name: str, *args: object, **kwargs: object) -> str | None:
    """The address of a page that another room may or may not have; None where there is none."""
    try:
        return url(name, *args, **kwargs)
    except NoReverseMatch:
        return None


class SentinelEnvironment(Environment):
    """Jinja2's environment, with GOV.UK's macros in one of their own.

    A misspelt name in a template of ours raises (StrictUndefined). GOV.UK's macros ask for parameters that were
    not given, in the manner of Nunjucks, so they are compiled where that is allowed.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.govuk = Environment(
            loader=PrefixLoader({GOVUK: PackageLoader(GOVUK)}),
            autoescape=True,
            undefined=Undefined,
            auto_reload=False,
        )

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """The template of this name; raises jinja2.TemplateNotFound."""
        if isinstance(name, str) and name.startswith(f"{GOVUK}/"):
            return self.govuk.get_template(name)
        return super().get_template(name, parent, globals)


def environment(**options: Any) -> SentinelEnvironment:
    """The environment for Django's Jinja2 backend, which passes its loader of all rooms' `jinja2/` folders.

    Without a loader it finds the layouts and components alone.
    """
    given: BaseLoader | None = options.pop("loader", None)
    own = FileSystemLoader(OWN_TEMPLATES)
    options["loader"] = ChoiceLoader([given, own]) if given else own
    options["autoescape"] = True
    options["undefined"] = StrictUndefined
    made = SentinelEnvironment(trim_blocks=True, lstrip_blocks=True, **options)
    made.globals.update(
        static=static,
        url=url,
        where=where,
        form_errors=forms.errors,
        present_field=forms.present,
    )
    made.filters.update(
        uk_date=formats.uk_date,
        uk_day=formats.uk_day,
        uk_long_date=formats.uk_long_date,
        uk_datetime=formats.uk_datetime,
        uk_day_time=formats.uk_day_time,
        uk_time=formats.uk_time,
        uk_month=formats.uk_month,
        ago=formats.ago,
        how_long=formats.how_long,
        plural=formats.plural,
        sentence_list=formats.sentence_list,
    )
    return made
