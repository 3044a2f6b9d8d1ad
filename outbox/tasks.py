"""What Celery runs. Tasks are thin: an id in, an action called."""

from uuid import UUID

from celery import shared_task

from accounts import throttle
from config import clock
from outbox import actions, sweeps


@shared_task(name="outbox.tasks.deliver")
def deliver(message_id: str) -> None:
    """Deliver one message by id."""
    actions.deliver(UUID(message_id))


@shared_task(name="outbox.tasks.sweep")
def sweep() -> None:
    """Act on every deadline that has come. Raises when a sweep failed, so that the failure is seen."""
    failed = sweeps.run_all(clock.now())
    throttle.forget_old()
    if failed:
        raise RuntimeError(f"sweeps failed: {', '.join(failed)}")
