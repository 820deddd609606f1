namespace TenantKit.Routing;

/// <summary>One instance in a route.</summary>
/// <param name="InstanceId">Unique for ever; names the connection pool.</param>
/// <param name="Endpoint"><c>host:port</c> as the orchestrator reports it, host an IP literal.</param>
/// <param name="Draining">True when it gets no new requests.</param>
/// <param name="Claim">What it says of itself; a hint to probe now.</param>
/// <param name="Key">Its key, to check the identity proof. Secret: never log it, never write it to disk unprotected.</param>
/// <param name="StartedAt">When it started (UTC); for slow start.</param>
public sealed record RouteInstance(
    string InstanceId,
    string Endpoint,
    bool Draining,
    Tenants.InstanceClaim Claim,
    ReadOnlyMemory<byte> Key,
    DateTimeOffset? StartedAt)
{
    /// <summary>The version of HTTP it speaks at its endpoint. The default is <see cref="Templates.AppProtocol.Http1"/>.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public Templates.AppProtocol Protocol { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{InstanceId} at {Endpoint}";
}
