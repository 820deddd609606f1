using TenantKit.Routing;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Benchmarks.Serving;

/// <summary>Tenants as a control plane would list them.</summary>
internal static class Population
{
    // Probed once when they appear; the measured time is too short for a second round over all of them.
    private static readonly ProbeSettings Probe = new() { Kind = ProbeKind.Http, Path = "/", Interval = TimeSpan.FromHours(1) };

    public static string IdOf(int number) => $"01bench{number:00000000000000000000}";

    public static string NameOf(int number) => $"acme{number}";

    public static Route Awake(int number, string[] endpoints, long revision) => new()
    {
        TenantId = IdOf(number),
        TenantName = NameOf(number),
        State = RouteState.Active,
        Instances = [.. endpoints.Select((endpoint, index) => new RouteInstance($"01inst{number:000000000000000000}{index}", endpoint, false, InstanceClaim.Ready, default, null))],
        Probe = Probe,
        Revision = revision,
    };

    public static Route Asleep(int number, long revision) => new()
    {
        TenantId = IdOf(number),
        TenantName = NameOf(number),
        State = RouteState.Asleep,
        Probe = Probe,
        Revision = revision,
    };
}
