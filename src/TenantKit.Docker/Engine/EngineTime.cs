using System.Globalization;

namespace TenantKit.Docker.Engine;

/// <summary>Moments as the engine takes them: seconds since 1970 with nine decimals.</summary>
internal static class EngineTime
{
    private static readonly DateTimeOffset Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string Of(DateTimeOffset moment)
    {
        var ticks = (moment < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : moment > Latest ? Latest : moment).UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return string.Create(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond * 100:000000000}");
    }
}
