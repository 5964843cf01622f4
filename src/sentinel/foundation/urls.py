"""Whether the process, the database and the worker are well, and the metrics."""

from django.urls import path

from sentinel.foundation import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
