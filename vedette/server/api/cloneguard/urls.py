"""Every address of this dialect. The sign-in family answers with and without `/v2`."""

from __future__ import annotations

from django.urls import URLPattern, path

from vedette.server.api.cloneguard.views import authentication, user


def _family(prefix: str) -> list[URLPattern]:
    return [
        path(f"{prefix}/sign_in", authentication.SignIn.as_view()),
        path(f"{prefix}/sign_in_with_recovery_code", authentication.SignInWithRecoveryCode.as_view()),
        path(f"{prefix}/check_2fa", authentication.CheckTwoFactor.as_view()),
        path(f"{prefix}/sign_out", authentication.SignOut.as_view()),
    ]


urlpatterns: list[URLPattern] = [*_family("v2/auth"), *_family("auth"), path("v2/user", user.CurrentUser.as_view())]
