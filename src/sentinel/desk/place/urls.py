"""Addresses of places, streets and areas."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.desk.place import due, views

urlpatterns: list[URLPattern] = [
    path("places/due", due.due, name="places_due"),
    path("places/<uuid:place_id>", views.place, name="place"),
    path("places/<uuid:place_id>/map", views.place_map, name="place_map"),
    path("streets/<str:name>", views.streets, name="streets"),
    path("streets/<str:name>/<str:code>", views.street, name="street"),
    path("streets/<str:name>/<str:code>/map", views.street_map, name="street_map"),
    path("areas/", views.areas, name="areas"),
    path("areas/map", views.areas_map, name="areas_map"),
    path("areas/<str:code>", views.area, name="area"),
    path("areas/<str:code>/map", views.area_map, name="area_map"),
]
