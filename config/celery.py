"""Celery's application. Nothing in the web process talks to it; the relay and the worker do."""

import os

from celery import Celery
from django.conf import settings

from config.safety import refuse_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

refuse_unsafe(settings)

app = Celery("clearway")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add("outbox.worker:WorkerHeartbeat")
