"""To review: what was done and that a supervisor or the privacy officer looks at afterwards."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_list, record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from records.actions.reviews import close_review
from records.forms.reviews import CloseReviewForm
from records.queries import people_for
from records.queries.reviews import closed_reviews, emergency_of, open_reviews, reviews_for

PAGE = 100


@staff("records.review_work")
@require_GET
def review_list(request: HttpRequest) -> HttpResponse:
    """List what waits, what is due first on top; `?show=closed` lists what was reviewed."""
    closed = request.GET.get("show") == "closed"
    found = list((closed_reviews if closed else open_reviews)(request.user)[: PAGE + 1])
    record_list(by=request.user, what="reviews", shown=found[:PAGE])
    context = {"rows": found[:PAGE], "more": len(found) > PAGE, "closed": closed, "now": clock.now()}
    return render(request, "records/review_list.html", context)


@staff("records.review_work")
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Show one entry by references alone, and close it with a finding."""
    found = get_object_or_404(reviews_for(request.user), pk=review_id)
    form = CloseReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            close_review(
                review=found, by=request.user, finding=given["finding"], note=given["note"],
                submit_key=given["submit_key"],
            )  # fmt: skip
        except Conflict as conflict:
            page = {"message": conflict.message, "back_url": reverse("records:review-list")}
            return render(request, "409.html", page, status=409)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, "The review is closed.")
            return redirect("records:review-list")
    record_view(by=request.user, person=found.person_id, what="review", obj=found)
    context = {
        "review": found,
        "opened": emergency_of(found),
        "own": found.subject_id == request.user.pk,
        "may_open": found.person_id and people_for(request.user).filter(pk=found.person_id).exists(),
        "now": clock.now(),
    }
    return render_form(request, "records/review.html", context, form)
