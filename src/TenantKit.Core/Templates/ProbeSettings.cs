namespace TenantKit.Templates;

/// <summary>How an instance is asked whether it is ready and healthy.</summary>
public sealed record ProbeSettings
{
    /// <summary>What counts as an answer. The default is <see cref="ProbeKind.Identity"/>.</summary>
    public ProbeKind Kind { get; init; } = ProbeKind.Identity;

    /// <summary>Path of the health check. The default is <c>/healthz/ready</c>.</summary>
    public string Path { get; init; } = "/healthz/ready";

    /// <summary>Longest time from start to the first passed probe. The default is 60 seconds.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between probes of a ready instance. The default is 5 seconds.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time for one probe. The default is 2 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Failed probes in a row that make a ready instance unhealthy. The default is 3.</summary>
    public int FailureThreshold { get; init; } = 3;

    /// <summary>Time an instance gets to finish after it was asked to stop. The default is 15 seconds.</summary>
    public TimeSpan StopGracePeriod { get; init; } = TimeSpan.FromSeconds(15);
}
