"""The page of a link that works once: choose a password, or come back after losing the second factor."""

from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import public
from accounts.actions import links
from accounts.choices import LinkKind
from accounts.passwords import LONGEST, PasswordRules
from accounts.throttle import address_of, allow
from config.errors import Conflict, Refused
from config.forms import ClearwayForm, render_form

_TRIES, _SECONDS = 10, 600


class NewPassword(ClearwayForm):
    """A password of one's own, twice."""

    mark_optional = False

    password = forms.CharField(
        label="New password",
        strip=False,
        max_length=LONGEST,
        help_text=PasswordRules().get_help_text(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="New password again",
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """Compare both. Raises ValidationError."""
        again = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError("The two passwords differ. Type the same one twice")
        return again


class PresentPassword(ClearwayForm):
    """The password that one has."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link is for; a POST uses it. Opening it changes nothing; every dead link looks alike."""
    link = links.live_link(token)
    if link is None:
        return render(request, "accounts/link_gone.html", status=404)
    sent = request.POST if request.method == "POST" else None
    form = PresentPassword(sent) if link.kind == LinkKind.FACTOR else NewPassword(sent)
    page = {"kind": link.kind, "email": link.user.email, "name": link.user.display_name}
    if sent is None or not form.is_valid():
        return render_form(request, "accounts/join.html", page, form)
    if not allow("account_link", address_of(request), _TRIES, _SECONDS):
        form.add_error("password", "That was tried too often. Wait ten minutes and try again")
        return render_form(request, "accounts/join.html", page, form)
    try:
        return _use(request, token, link.kind, form.cleaned_data["password"])
    except Refused as refused:
        form.add_refusal(refused)
        return render_form(request, "accounts/join.html", page, form)
    except Conflict:
        return render(request, "accounts/link_gone.html", status=404)


def _use(request: HttpRequest, token: str, kind: str, password: str) -> Any:
    if kind == LinkKind.FACTOR:
        user = links.drop_factors(token=token, password=password)
        perform_login(request, Login(user=user))
        return redirect("mfa_index")
    links.choose_password(token=token, password=password)
    messages.success(request, "Your password is set. Sign in with it now.")
    return redirect("account_login")
