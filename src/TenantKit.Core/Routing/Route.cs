namespace TenantKit.Routing;

/// <summary>How a tenant can be reached, at one revision. Immutable; a change replaces the whole.</summary>
public sealed record Route
{
    /// <summary>The tenant.</summary>
    public required string TenantId { get; init; }

    /// <summary>Its name.</summary>
    public required string TenantName { get; init; }

    /// <summary>Whether and how requests may go to it.</summary>
    public required RouteState State { get; init; }

    /// <summary>Why it is in this state, as a code from <see cref="Tenants.StatusReasons"/>.</summary>
    public string Reason { get; init; } = Tenants.StatusReasons.None;

    /// <summary>The reason in words, fit for the tenant's users; null when there are none.</summary>
    public string? Message { get; init; }

    /// <summary>True when a request may wake it.</summary>
    public bool WakeOnRequest { get; init; } = true;

    /// <summary>Its instances; empty while it has none.</summary>
    public IReadOnlyList<RouteInstance> Instances { get; init; } = [];

    /// <summary>Load-balancing policy and its settings, as <see cref="LoadBalancingSettings"/> reads them; null for the gateway's default.</summary>
    public string? LoadBalancing { get; init; }

    /// <summary>Path prefixes inside the app that need no sign-in and never wake it.</summary>
    public IReadOnlyList<string> AnonymousPaths { get; init; } = [];

    /// <summary>How requests are brought to the app; one shared object per template version.</summary>
    public Templates.HttpSettings Http { get; init; } = DefaultHttp;

    /// <summary>Health settings; one shared object per template version.</summary>
    public Templates.ProbeSettings Probe { get; init; } = DefaultProbe;

    /// <summary>The store's revision the route was derived from. Only grows for one tenant.</summary>
    public required long Revision { get; init; }

    private Flag replaced;

    /// <summary>True once a table holds another one of the tenant, or none. A copy has it too: whoever reads it takes it for a reason to look, no more.</summary>
    internal bool IsReplaced => Volatile.Read(ref replaced.IsSet);

    /// <summary>Tells those who still have it that it is replaced.</summary>
    internal void MarkReplaced() => Volatile.Write(ref replaced.IsSet, true);

    private static Templates.HttpSettings DefaultHttp { get; } = new();

    private static Templates.ProbeSettings DefaultProbe { get; } = new();

    // No part of what a route says: two that differ in it are equal.
    private struct Flag : IEquatable<Flag>
    {
        public bool IsSet;

        public readonly bool Equals(Flag other) => true;

        public override readonly bool Equals(object? obj) => obj is Flag;

        public override readonly int GetHashCode() => 0;
    }
}
