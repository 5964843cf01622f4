"""The WSGI application that Gunicorn serves."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentinel.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
