"""One call to who prescribes a person's medicines: what may be told, and how it went."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.forms import render_form
from programs.actions.prescriber_calls import log_prescriber_call
from programs.forms.prescriber_call import PrescriberCallForm
from programs.queries_prescriber import CallRow, consent_for_call, prescriber_calls_for
from programs.views.common import attempt, open_episode


@staff("programs.prepare")
@require_http_methods(["GET", "POST"])
def prescriber_call(request: HttpRequest, prescriber_call_id: UUID) -> HttpResponse:
    """Say whether anything may be told, and write down how the call went."""
    call = get_object_or_404(prescriber_calls_for(request.user), pk=prescriber_call_id)
    opened = open_episode(request, call.admission.episode_id, "prescriber call")
    back = reverse("programs:care-contacts", args=[opened.episode.pk])
    form = PrescriberCallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            log_prescriber_call(
                call=call, result=said["result"], told=said["told"], words=said["words"],
                next_at=said["next_at"], by=request.user, submit_key=said["submit_key"], url=back,
            )  # fmt: skip

        done = attempt(request, opened, form, back, act)
        if done is not None:
            return done
    context = opened.context(
        form=form, back=back, row=CallRow(call, consent_for_call(call, opened.now)),
        tries=call.tries.select_related("by").order_by("-at", "id"),
    )  # fmt: skip
    return render_form(request, "programs/prescriber_call.html", context, form)
