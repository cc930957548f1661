"""What protects the requests of a target, as people set it up: client certificates and their like."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from vedette.server.kernel.errors import NotFound
from vedette.server.targets import protections as known
from vedette.server.targets import queries
from vedette.server.targets.services import (
    client_certificates,
    folder_logins,
    message_encryption,
    protections,
    signatures,
    targets,
)
from vedette.server.tenancy.actor import Actor
from vedette.server.web import target_sections as sections
from vedette.server.web.answers import action, back
from vedette.server.web.protection_forms import CertificateForm, EncryptionForm, FolderLoginForm, SignatureForm
from vedette.server.web.session import page


@page
@action
def certificate(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Keeps a client certificate in the place of the one before."""
    found = queries.get(actor, target)
    form = CertificateForm(request.POST, request.FILES)
    if not form.is_valid():
        raise sections.invalid(form)
    client_certificates.store(actor, found, **form.values())
    messages.success(request, "Kept; the key is not shown again.")
    return back(request)


@page
@action
def signature(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Keeps how requests are signed."""
    found = queries.get(actor, target)
    form = SignatureForm(request.POST)
    if not form.is_valid():
        raise sections.invalid(form)
    given, secret = form.values()
    signatures.change(actor, found, given, secret=secret)
    messages.success(request, "Kept; the key is not shown again.")
    return back(request)


@page
@action
def encryption(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Keeps how messages are encrypted."""
    found = queries.get(actor, target)
    form = EncryptionForm(request.POST, request.FILES)
    if not form.is_valid():
        raise sections.invalid(form)
    given, keys = form.values()
    message_encryption.change(actor, found, given, keys=keys)
    messages.success(request, "Kept; keys are not shown again.")
    return back(request)


@page
@action
def folder_login(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Keeps which folder of a Postman collection logs in."""
    found = queries.get(actor, target)
    form = FolderLoginForm(request.POST)
    if not form.is_valid():
        raise sections.invalid(form)
    given, check_folder = form.values()
    with transaction.atomic():
        kept = folder_logins.change(actor, found, given)
        targets.change(actor, kept, postman_check_session_folder=check_folder)
    messages.success(request, "Kept.")
    return back(request)


@page
@action
def switch(request: HttpRequest, actor: Actor, target: str, block: str) -> HttpResponse:
    """Switches a protection on or off, or forgets it."""
    found = queries.get(actor, target)
    if block not in known.BLOCKS:
        raise NotFound
    word = request.POST.get("do", "")
    if word == "remove":
        protections.wipe(actor, found, block)
        messages.success(request, "Forgotten.")
    elif word in ("on", "off"):
        protections.switch(actor, found, block, enabled=word == "on")
    return back(request)
