"""Today, people, search and the demo clock."""

from django.conf import settings
from django.urls import path

from desk.views import demo, downtime, emergency, emergency_access, episodes, messages, people, today, trail
from intake.views.emergency_first import emergency_first

app_name = "desk"

urlpatterns = [
    path("", today.today, name="today"),
    path("people/", people.people, name="people"),
    path("emergency-access/", emergency_access.open_record, name="break-glass"),
    path("people/calling-now/", people.known_caller, name="known-caller"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("downtime/", downtime.downtime, name="downtime"),
    path("downtime/kit/", downtime.kit, name="downtime-kit"),
    path("emergency/", emergency.emergency_find, name="emergency-find"),
    path("emergency/join/", emergency.emergency_join, name="emergency-join"),
    path("episodes/<uuid:episode_id>/close/", emergency_first(episodes.close), name="episode-close"),
    path("trail/", trail.events, name="trail"),
    path("trail/export/", trail.export, name="trail-export"),
    path("trail/activity/", trail.activity, name="trail-activity"),
    path("trail/looks/", trail.find_looks, name="looks-find"),
    path("trail/<uuid:event_id>/", trail.event, name="trail-event"),
    path("people/<uuid:person_id>/looks/", trail.looks, name="looks"),
    path("messages/", messages.failed, name="messages"),
    path("messages/<uuid:message_id>/retry/", messages.retry, name="message-retry"),
]

if settings.DEMO:
    urlpatterns += [path("demo-clock/", demo.demo_clock, name="demo-clock")]
