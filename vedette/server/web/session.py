"""Who is looking at a page: the signed-in person within the organisation they chose."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.middleware import UserSessionsMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from vedette.server.kernel.errors import DomainError, NotAllowed, NotFound
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import User
from vedette.server.web import errors

Page = Callable[..., HttpResponseBase]
SEEN_EVERY_S = 60
SECOND_FACTOR = "/ui/account/2fa/totp/activate/"


class SeenMiddleware(UserSessionsMiddleware):  # type: ignore[misc]
    """Notes when and from where a session was last seen: at most one write a minute."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing happens without a session."""
        key = request.session.session_key
        if key and cache.add(f"session-seen-{key}", True, SEEN_EVERY_S):
            return super().__call__(request)  # type: ignore[no-any-return]
        return self.get_response(request)  # type: ignore[no-any-return]


class ActorMiddleware:
    """Finds the actor of a page; `request.actor` is None for whoever is not signed in or belongs nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Only pages have sessions; everything else passes."""
        if request.path_info.startswith("/ui/") and not request.path_info.startswith("/ui/static/"):
            request.actor = actor = _actor(request)  # type: ignore[attr-defined]
            with timezone.override(actor.user.timezone if actor and actor.user else None):
                return self._get_response(request)
        return self._get_response(request)


def _actor(request: HttpRequest) -> Actor | None:
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return None
    organisation = tenancy.current_organisation(user)
    if organisation is None or organisation.suspended:
        return None
    return tenancy.actor_for_user(user, organisation, str(request.META.get("REMOTE_ADDR") or ""))


def page(view: Page) -> Page:
    """A page for people who are signed in: `view(request, actor, ...)`. Domain errors become error pages."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor: Actor | None = getattr(request, "actor", None)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if actor is None:
            return errors.page(request, 403, "You belong to no organisation here, or it is suspended.")
        if actor.organisation.require_second_factor and not is_mfa_enabled(request.user):
            return redirect(SECOND_FACTOR)
        try:
            return view(request, actor, *args, **kwargs)
        except NotFound:
            return errors.page(request, 404)
        except NotAllowed as error:
            return errors.page(request, 403, error.message)
        except DomainError as error:
            return errors.page(request, 409, error.message)

    return inner
