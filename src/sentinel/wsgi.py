"""The WSGI application that Gunicorn serves."""

import gc
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentinel.settings")

import django

from sentinel.foundation.env import Environment
from sentinel.foundation.metric_files import share

# Before anything that counts is imported: the server's processes count together.
share(Environment().home)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from sentinel.foundation.settling import Settling  # noqa: E402
from sentinel.web.static_files import publish  # noqa: E402

publish()
django_application = get_wsgi_application()
settling = Settling()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer one request."""
    answer = django_application(environ, start_response)
    settling.answered()
    return answer


# Every view is read once, before the server's processes part: they then share the memory, and none is slow at first.
_ = get_resolver().url_patterns
# Nor does the collector walk what lasts as long as the process: it took a page now and then a tenth of a second, and
# touched the memory that the processes share.
gc.collect()
gc.freeze()
