namespace TenantKit.Docker.Engine;

/// <summary>The labels that every object of TenantKit carries: whose it is, and what it was made for.</summary>
internal static class UnitLabels
{
    /// <summary>Which installation made it; nothing of another one is ever touched.</summary>
    public const string Installation = "tenantkit.installation";

    public const string Tenant = "tenantkit.tenant";

    public const string TenantName = "tenantkit.tenant-name";

    public const string Unit = "tenantkit.unit";

    public const string Role = "tenantkit.role";

    public const string Instance = "tenantkit.instance";

    /// <summary>The restart epoch.</summary>
    public const string Epoch = "tenantkit.epoch";

    /// <summary>The tenant's generation when it was made.</summary>
    public const string Generation = "tenantkit.generation";

    /// <summary>The settings it was made with, apart from what can be changed while it lives.</summary>
    public const string Settings = "tenantkit.settings";

    /// <summary>The fencing token under which it was made: a caller with a lower one is refused.</summary>
    public const string Token = "tenantkit.token";

    /// <summary>The operation that made it: one per ensure.</summary>
    public const string Operation = "tenantkit.operation";

    /// <summary>The port the app listens on.</summary>
    public const string Port = "tenantkit.port";

    public const string AppRole = "app";

    public const string DatabaseRole = "database";

    public const string CommandRole = "command";

    public static IDictionary<string, IDictionary<string, bool>> Filter(params string[] labels) =>
        new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal)
        {
            ["label"] = labels.ToDictionary(static label => label, static _ => true, StringComparer.Ordinal),
        };
}
