namespace TenantKit.EndToEnd.Tests.Clients;

internal sealed record AuditRow(string Actor, string Action, string Target, string Outcome);
