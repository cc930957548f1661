"""People: members with their roles, invitations, teams."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from vedette.server.kernel.errors import DomainError, NotFound
from vedette.server.tenancy import filters, holders, queries
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.services import people, roles, teams
from vedette.server.web import dialogs, settings_shapes
from vedette.server.web.answers import action, back, status_of, take
from vedette.server.web.rights import need
from vedette.server.web.session import page
from vedette.server.web.settings_forms import GrantForm, InviteForm, PersonForm, TeamForm
from vedette.server.web.settings_shapes import show

LENGTH = 50


@page
def members(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who belongs to the organisation, and who is invited."""
    need(actor, "people.view")
    wanted = holders.HolderFilter(search=request.GET.get("q", "")[:100], ordering="name")
    found = Paginator(holders.people(actor, wanted), LENGTH).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "rows": [(one, holders.has_second_factor(one), one.user.grants.all()) for one in found],
        "invitations": queries.invitations_for_actor(actor),
    }
    return show(request, actor, "web/people/members.html", "people", context)


@page
def invite(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A dialog that invites somebody and shows the link, once: it need not go by mail."""
    form = InviteForm(request.POST or None, actor=actor)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            role = form.roles[given["role"]]
            invitation, token = people.invite(actor=actor, email=given["email"], name=given["name"], role=role)
        except DomainError as error:
            take(form, error)
        else:
            link = request.build_absolute_uri(reverse("web:join", args=[token]))
            answer = render(request, "web/people/invited.html", {"invitation": invitation, "link": link})
            answer["Cache-Control"] = "no-store"
            return answer
    context = {"form": form, "heading": "Invite somebody", "button": "Make a link"}
    return render(request, dialogs.TEMPLATE, context, status=status_of(form))


@page
def member(request: HttpRequest, actor: Actor, person: str) -> HttpResponse:
    """A member with their roles."""
    found = holders.member(actor, person)
    context = {
        "member": found,
        "second_factor": holders.has_second_factor(found),
        "grants": [(one, settings_shapes.scope(one)) for one in found.user.grants.all()],
        "locked": found.user.locked_until,
    }
    return show(request, actor, "web/people/member.html", "people", context)


@page
def rename(request: HttpRequest, actor: Actor, person: str) -> HttpResponse:
    """A dialog that changes what a member is called."""
    found = queries.get_member(actor, person)
    form = PersonForm(request.POST or None, initial={"name": found.user.name, "title": found.user.title})
    return dialogs.serve(
        request,
        form,
        lambda: people.change_member(actor=actor, member=found, **form.cleaned_data),
        heading="Name and title",
        button="Save",
        done="Saved.",
    )


@page
def give(request: HttpRequest, actor: Actor, person: str) -> HttpResponse:
    """A dialog that gives a member a role."""
    found = queries.get_member(actor, person)
    form = GrantForm(request.POST or None, actor=actor)

    def work() -> None:
        wish = form.wish()
        roles.grant(actor=actor, holder=found.user, role=wish.role, tier=wish.tier, team=wish.team, target=wish.target)

    return dialogs.serve(request, form, work, heading="Give a role", button="Give", done="Role given.")


@page
@action
def change(request: HttpRequest, actor: Actor, person: str, word: str) -> HttpResponse:
    """Switches a member off or on, unlocks or removes them."""
    if word not in _WORDS:
        raise NotFound
    _WORDS[word](actor=actor, member=queries.get_member(actor, person))
    messages.success(request, _DONE[word])
    return redirect("web:settings-people") if word == "remove" else redirect("web:settings-person", person)


_WORDS = {
    "deactivate": people.deactivate,
    "activate": people.activate,
    "unlock": people.unlock,
    "remove": people.remove_member,
}
_DONE = {
    "deactivate": "Switched off: they are shut out at once.",
    "activate": "Switched on.",
    "unlock": "They may try to sign in again.",
    "remove": "Removed.",
}


@page
@action
def withdraw(request: HttpRequest, actor: Actor, grant: str) -> HttpResponse:
    """Takes a role away."""
    roles.revoke(actor=actor, grant=queries.get_grant(actor, grant))
    messages.success(request, "Role taken away.")
    return back(request, reverse("web:settings-people"))


# Teams


@page
def team_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Teams with how many people, keys and targets are in them."""
    need(actor, "teams.view")
    rows = [(one, filters.team_numbers(one)) for one in filters.teams(actor, ordering="name")]
    return show(request, actor, "web/people/teams.html", "teams", {"rows": rows})


@page
def team_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A dialog that makes a team."""
    form = TeamForm(request.POST or None)
    return dialogs.serve(
        request,
        form,
        lambda: teams.create(actor=actor, **form.cleaned_data),
        heading="New team",
        button="Create",
        lede="People are put into it by a role over it, targets by their settings.",
        done="Team created.",
    )


@page
def team_change(request: HttpRequest, actor: Actor, team: str) -> HttpResponse:
    """A dialog that changes a team."""
    found = queries.get_team(actor, team)
    form = TeamForm(request.POST or None, initial={"name": found.name, "quota": found.quota})
    return dialogs.serve(
        request,
        form,
        lambda: teams.change(actor=actor, team=found, **form.cleaned_data),
        heading="Change team",
        button="Save",
        done="Team changed.",
    )


@page
@action
def team_delete(request: HttpRequest, actor: Actor, team: str) -> HttpResponse:
    """Deletes a team."""
    teams.delete(actor=actor, team=queries.get_team(actor, team))
    messages.success(request, "Team deleted.")
    return redirect("web:settings-teams")
