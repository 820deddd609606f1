using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Templates;

namespace TenantKit.Admin.Templates;

/// <summary>How an instance is asked whether it is ready and healthy. Times are <c>hh:mm:ss</c>.</summary>
internal sealed record ProbeBody
{
    [JsonConverter(typeof(CamelCaseEnum<ProbeKind>))]
    public ProbeKind Kind { get; init; } = ProbeKind.Identity;

    public string Path { get; init; } = "/healthz/ready";

    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    public int FailureThreshold { get; init; } = 3;

    public TimeSpan StopGracePeriod { get; init; } = TimeSpan.FromSeconds(15);

    public ProbeSettings ToSettings() => new()
    {
        Kind = Kind,
        Path = Path,
        StartTimeout = StartTimeout,
        Interval = Interval,
        Timeout = Timeout,
        FailureThreshold = FailureThreshold,
        StopGracePeriod = StopGracePeriod,
    };

    public static ProbeBody Of(ProbeSettings probe) => new()
    {
        Kind = probe.Kind,
        Path = probe.Path,
        StartTimeout = probe.StartTimeout,
        Interval = probe.Interval,
        Timeout = probe.Timeout,
        FailureThreshold = probe.FailureThreshold,
        StopGracePeriod = probe.StopGracePeriod,
    };
}
