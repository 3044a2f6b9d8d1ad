"""Getting back in after losing the phone or the password: two colleagues, then a link that works once."""

from django.db import IntegrityError, transaction

from accounts.actions.links import make_link
from accounts.actions.notices import tell
from accounts.choices import LinkKind, RecoveryKind, Told
from accounts.models import Recovery, User
from audit.actions import record
from config import clock
from config.errors import Conflict, Refused


@transaction.atomic
def start(*, by: User, user: User, kind: str) -> Recovery:
    """Say that `user` lost something. Raises Refused for oneself, Conflict when one is under way."""
    if by.pk == user.pk:
        raise Refused("own", "Nobody starts this for themselves. Ask another administrator.")
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active or not user.has_usable_password():
        raise Conflict("This account is switched off, or waits for its invitation to be used.")
    try:
        with transaction.atomic():
            recovery = Recovery.objects.create(user=user, kind=RecoveryKind(kind), started_by=by)
    except IntegrityError as error:
        raise Conflict("A recovery is under way already.") from error
    record("account.recovery_started", by=by, obj=user, kind=kind)
    tell(user=user, kind=Told.RECOVERY)
    return recovery


@transaction.atomic
def confirm(*, by: User, user: User, how: str) -> None:
    """Vouch for who `user` is, and send the link. Raises Refused for a second hand that is no second one."""
    recovery = Recovery.objects.select_for_update().filter(user=user, ended_at=None).first()
    if recovery is None:
        raise Conflict("There is nothing to confirm any more.")
    if by.pk in (recovery.started_by_id, recovery.user_id):
        raise Refused("two_people", "Somebody else must confirm who it is: not who started it, nor who asks.")
    now = clock.now()
    recovery.confirmed_by, recovery.confirmed_at, recovery.how, recovery.ended_at = by, now, how, now
    recovery.save(update_fields=["confirmed_by", "confirmed_at", "how", "ended_at"])
    make_link(user=user, kind=LinkKind(recovery.kind))
    record("account.recovery_confirmed", by=by, obj=user, kind=recovery.kind)


@transaction.atomic
def drop(*, by: User, user: User) -> None:
    """End a recovery that nobody needs any more. Raises Conflict when there is none."""
    ended = Recovery.objects.filter(user=user, ended_at=None).update(ended_at=clock.now())
    if not ended:
        raise Conflict("There is no recovery under way.")
    record("account.recovery_dropped", by=by, obj=user)
