"""The address that monitors read."""

from django.urls import path

from outbox import views

app_name = "outbox"

urlpatterns = [path("", views.health, name="health")]
