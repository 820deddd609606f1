using TenantKit.Storage;

namespace TenantKit.Tenants;

/// <summary>The unit of isolation: what is <em>desired</em> for it. What is observed is a <see cref="TenantStatus"/>.</summary>
/// <remarks>Immutable. Every change of what is desired raises <see cref="Generation"/> by one.</remarks>
public sealed record Tenant : IStoreRecord
{
    /// <summary>Immutable ULID, lower case, 26 characters. The only part of a tenant that external objects are named by.</summary>
    public required string Id { get; init; }

    /// <summary>Unique among living tenants; see <see cref="TenantName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The user that the tenant was created for. Names the unit (<c>user-{id}</c>) and never changes.</summary>
    public required string OwnerUserId { get; init; }

    /// <summary>Name of the template the unit is built from.</summary>
    public required string TemplateName { get; init; }

    /// <summary>Version of that template; 1 or more.</summary>
    public required int TemplateVersion { get; init; }

    /// <summary>What the tenant's compute should be doing. The default is <see cref="DesiredState.Running"/>.</summary>
    public DesiredState Desired { get; init; } = DesiredState.Running;

    /// <summary>True while an administrator has locked the tenant: no compute runs and no request is let in.</summary>
    public bool Suspended { get; init; }

    /// <summary>Who asked for the newest change; decides its place in the queue.</summary>
    public IntentOrigin Origin { get; init; } = IntentOrigin.Human;

    /// <summary>Raised by one with every change of what is desired; starts at 1.</summary>
    public long Generation { get; init; } = 1;

    /// <summary>Raised by one with every request to restart; instances of an older epoch are replaced.</summary>
    public long RestartEpoch { get; init; }

    /// <summary>The size of the unit.</summary>
    public required ResourceLimits Resources { get; init; }

    /// <summary>How many copies of the app run while the tenant is awake; 1 or more.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Free labels for people and tools.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>When the tenant was created (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When deletion was asked for (UTC); null while the tenant lives.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <inheritdoc/>
    public long Revision { get; init; }

    string IStoreRecord.Key => Id;

    /// <summary>The deterministic name of the tenant's unit in any orchestrator.</summary>
    public string UnitName => "user-" + OwnerUserId;
}
