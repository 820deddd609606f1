namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>One request.</summary>
internal sealed record AuditLine(string Verb, string Resource, string Namespace, string Name)
{
    public bool IsWatch => Verb == "watch";
}
