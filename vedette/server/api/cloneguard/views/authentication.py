"""`/v2/auth/...` and, the same, `/auth/...`: signing in and out."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.cloneguard import auth, limits, people
from vedette.server.api.cloneguard.base import CloneGuardView
from vedette.server.api.cloneguard.errors import Refused
from vedette.server.api.cloneguard.schemas.sign_in import (
    CheckedSchema,
    PasswordSchema,
    RecoveredSchema,
    RecoverySchema,
    SignedInSchema,
    SignInSchema,
)
from vedette.server.api.cloneguard.shapes.user import moment
from vedette.server.kernel.errors import LimitReached
from vedette.server.tenancy import queries
from vedette.server.tenancy.services import second_factor, signin
from vedette.server.tenancy.services.signin import SignedIn


class SignInView(CloneGuardView):
    """The base of the sign-in family: the key alone lets one in, and sign-ins have a limit of their own."""

    public = True
    wrappers = ("user", "users")

    def handle_exception(self, exc: Exception) -> Response:
        """An error, with how the limit of sign-ins stands when it was that."""
        if isinstance(exc, LimitReached) and exc.code == "rate_limited":
            self.rate = limits.signing_in(exc.retry_after)
        return super().handle_exception(exc)

    def credentials(self, given: dict[str, Any]) -> dict[str, Any]:
        """What every sign-in service takes."""
        names = {name: given[name] for name in ("username", "password")}
        return {**names, "address": auth.address_of(self.request), "app_key": self.app_key}

    def answer(self, done: SignedIn) -> dict[str, Any]:
        """The session, told once."""
        actor = queries.authenticate_session(done.token, address=auth.address_of(self.request))
        if actor is None:
            raise Refused(401, "unauthorized")
        return {"token": done.token, "expires_at": moment(done.session.expires_at), "user": people.shown(actor)}


class SignIn(SignInView):
    """Sign in authentication."""

    @extend_schema(request=SignInSchema, responses=SignedInSchema)
    def post(self, request: Request) -> Response:
        """Signs a person in. With a second factor, the code belongs to the same call."""
        given = self.read(SignInSchema)
        if given.get("otp_method") == "sms":
            # Nobody can have enrolled a phone: no code of that kind is right.
            given["otp_code"] = ""
        done = signin.sign_in(**self.credentials(given), otp=given.get("otp_code") or "")
        return Response(self.answer(done))


class SignInWithRecoveryCode(SignInView):
    """Sign in with recovery code."""

    @extend_schema(request=RecoverySchema, responses=RecoveredSchema)
    def post(self, request: Request) -> Response:
        """Signs a person in by a recovery code, which is used up."""
        given = self.read(RecoverySchema)
        done = signin.sign_in(**self.credentials(given), recovery=given["recovery_code"])
        left = second_factor.recovery_codes_left(done.session.user)
        return Response({**self.answer(done), "recovery_codes_left": left})


class CheckTwoFactor(SignInView):
    """Check 2fa."""

    @extend_schema(request=PasswordSchema, responses=CheckedSchema)
    def post(self, request: Request) -> Response:
        """Whether a sign-in with this password needs a second step."""
        step = signin.check_second_step(**self.credentials(self.read(PasswordSchema)))
        return Response(
            {
                "two_factor": {
                    "enabled": bool(step.methods),
                    "required": step.required,
                    "methods": step.methods,
                    "default_method": step.methods[0] if step.methods else None,
                    "phone_hint": None,
                }
            }
        )


class SignOut(CloneGuardView):
    """Sign out authentication."""

    session_only = True

    @extend_schema(request=None, responses={204: OpenApiResponse(description="Signed out.")})
    def delete(self, request: Request) -> Response:
        """Ends the session that calls."""
        signin.sign_out(token=self.known.token, address=auth.address_of(request))
        return Response(status=204)
