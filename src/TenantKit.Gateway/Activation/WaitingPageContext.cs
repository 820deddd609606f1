namespace TenantKit.Gateway.Activation;

/// <summary>What there is to tell somebody who waits for a tenant.</summary>
public sealed record WaitingPageContext
{
    /// <summary>The tenant's name.</summary>
    public required string TenantName { get; init; }

    /// <summary>True when it could not be started; another try was asked for.</summary>
    public required bool Failed { get; init; }

    /// <summary>Where it is on its way, for people. Not encoded.</summary>
    public required string Progress { get; init; }

    /// <summary>How many tenants start before it; 0 when it starts now, null when unknown.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>How long it will take yet; null when unknown.</summary>
    public TimeSpan? ExpectedWait { get; init; }

    /// <summary>
    /// Path of the server-sent events about it, on the same host: <c>progress</c> with <c>{"text": …}</c>, then <c>ready</c> or <c>end</c>, after both of
    /// which the page should be loaded again.
    /// </summary>
    public required string EventsPath { get; init; }

    /// <summary>Seconds after which a page without events should be loaded again.</summary>
    public required int RetryAfterSeconds { get; init; }
}
