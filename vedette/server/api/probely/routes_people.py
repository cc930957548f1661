"""The account, its people, keys, roles, teams, labels, domains, connectors and scan profiles. Words come before ids."""

from __future__ import annotations

from django.urls import URLPattern, path

from vedette.server.api.probely.views import (
    account,
    api_users,
    audit,
    connectors,
    credentials,
    domains,
    grants,
    labels,
    profile,
    profiles,
    roles,
    teams,
    users,
)

_ACCOUNT: list[URLPattern] = [
    path("account/", account.Account.as_view()),
    path("account/settings/", account.AccountSettings.as_view()),
    path("account/available-slots/", account.AvailableSlots.as_view()),
    path("account/entitlements/", account.Entitlements.as_view()),
    path("profile/", profile.Profile.as_view()),
    path("profile/permissions/", profile.ProfilePermissions.as_view()),
    path("profile/roles/", profile.ProfileRoles.as_view()),
    path("profile/targets/", profile.ProfileTargets.as_view()),
    path("profile/change_password/", profile.ChangePassword.as_view()),
    path("audit-log/", audit.AuditLog.as_view()),
    path("audit-log/download/", audit.AuditLogDownload.as_view()),
]

_PEOPLE: list[URLPattern] = [
    path("users/", users.UserList.as_view()),
    path("users/bulk/update/", users.UserBulkUpdate.as_view()),
    path("users/<str:user>/", users.UserDetail.as_view()),
    path("users/<str:user>/targets/", users.UserTargets.as_view()),
    path("api-users/", api_users.ApiUserList.as_view()),
    path("api-users/policy/", api_users.ApiUserPolicy.as_view()),
    path("api-users/bulk/update/", api_users.ApiUserBulkUpdate.as_view()),
    path("api-users/<str:key>/", api_users.ApiUserDetail.as_view()),
    path("api-users/<str:key>/targets/", api_users.ApiUserTargets.as_view()),
    path("keys/", api_users.OlderKeyList.as_view()),
    path("keys/<str:key>/", api_users.OlderKeyDetail.as_view()),
]


_GRANTS: list[URLPattern] = [
    path("user-roles/", grants.UserGrantList.as_view()),
    path("user-roles/bulk/create/", grants.UserGrantBulkCreate.as_view()),
    path("user-roles/bulk/update/", grants.UserGrantBulkUpdate.as_view()),
    path("user-roles/bulk/delete/", grants.UserGrantBulkDelete.as_view()),
    path("user-roles/bulk/operations/", grants.UserGrantBulkOperations.as_view()),
    path("user-roles/<str:grant>/", grants.UserGrantDetail.as_view()),
    path("api-user-roles/", grants.KeyGrantList.as_view()),
    path("api-user-roles/bulk/create/", grants.KeyGrantBulkCreate.as_view()),
    path("api-user-roles/bulk/update/", grants.KeyGrantBulkUpdate.as_view()),
    path("api-user-roles/bulk/delete/", grants.KeyGrantBulkDelete.as_view()),
    path("api-user-roles/bulk/operations/", grants.KeyGrantBulkOperations.as_view()),
    path("api-user-roles/<str:grant>/", grants.KeyGrantDetail.as_view()),
]

_ROLES: list[URLPattern] = [
    path("roles/", roles.RoleList.as_view()),
    path("roles/<str:role>/", roles.RoleDetail.as_view()),
    path("permissions/", roles.PermissionList.as_view()),
    path("teams/", teams.TeamList.as_view()),
    path("teams/available-slots/", teams.TeamSlots.as_view()),
    path("teams/<str:team>/", teams.TeamDetail.as_view()),
    path("targets/bulk/move-team/", teams.BulkMoveTeam.as_view()),
    path("targets/<str:target>/move-team/", teams.MoveTeam.as_view()),
]


_SETTINGS: list[URLPattern] = [
    path("labels/targets/", labels.TargetLabelList.as_view()),
    path("labels/targets/<str:label>/", labels.TargetLabelDetail.as_view()),
    path("labels/findings/", labels.FindingLabelList.as_view()),
    path("labels/findings/<str:label>/", labels.FindingLabelDetail.as_view()),
    path("labels/users/", labels.UserLabelList.as_view()),
    path("labels/users/<str:label>/", labels.UserLabelDetail.as_view()),
    path("labels/", labels.OlderLabelList.as_view()),
    path("labels/<str:label>/", labels.OlderLabelDetail.as_view()),
    path("scan-profiles/", profiles.ScanProfileList.as_view()),
    path("scan-profiles/<str:profile>/", profiles.ScanProfileDetail.as_view()),
    path("credentials/", credentials.CredentialList.as_view()),
    path("credentials/<str:credential>/", credentials.CredentialDetail.as_view()),
    path("domains/", domains.DomainList.as_view()),
    path("domains/<str:domain>/", domains.DomainDetail.as_view()),
    path("domains/<str:domain>/verify/", domains.DomainVerify.as_view()),
    path("integrations/aws/", connectors.Aws.as_view()),
    path("integrations/aws/refresh/", connectors.AwsRefresh.as_view()),
    path("integrations/cloudflare/", connectors.Cloudflare.as_view()),
    path("integrations/cloudflare/refresh/", connectors.CloudflareRefresh.as_view()),
]

urlpatterns = [*_ACCOUNT, *_PEOPLE, *_GRANTS, *_ROLES, *_SETTINGS]
