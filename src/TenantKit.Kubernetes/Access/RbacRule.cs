using TenantKit.Kubernetes.Api;

namespace TenantKit.Kubernetes.Access;

/// <summary>One rule of a role.</summary>
internal sealed record RbacRule(string Group, string Resource, IReadOnlyList<string> Verbs, string Why = "")
{
    public static RbacRule Of(ApiResource resource, string verb) => new(resource.Group, resource.Plural, [verb]);

    public string ToInline() => $"{{apiGroups: [\"{Group}\"], resources: [\"{Resource}\"], verbs: [{string.Join(", ", Verbs)}]}}";
}
