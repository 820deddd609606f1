namespace TenantKit.EndToEnd.Tests.Hosting;

/// <summary>Where a host listens, keeps its data and takes its first password from. Kept over restarts.</summary>
internal sealed class HostSettings : IDisposable
{
    private readonly int[] ports = FreePorts.Take(3);

    public const string Password = "correct-horse-battery-staple";

    public string DataDirectory { get; init; } = Directory.CreateTempSubdirectory("tenantkit-e2e-").FullName;

    public string AdminUrl => $"http://127.0.0.1:{ports[0]}";

    public string GatewayUrl => $"http://127.0.0.1:{ports[1]}";

    public string InternalUrl => $"http://127.0.0.1:{ports[2]}";

    public int GatewayPort => ports[1];

    /// <summary>More settings by configuration key, or others than the usual ones; null leaves one out.</summary>
    public Dictionary<string, string?> More { get; init; } = [];

    public IEnumerable<KeyValuePair<string, string>> All()
    {
        var settings = new Dictionary<string, string?>
        {
            ["TenantKit:Admin:Url"] = AdminUrl,
            ["TenantKit:Admin:SignInsPerMinute"] = "100000",
            ["TenantKit:Gateway:Url"] = GatewayUrl,
            ["TenantKit:Gateway:InternalUrl"] = InternalUrl,
            ["TenantKit:DataDirectory"] = DataDirectory,
            ["TenantKit:BootstrapAdmin:Password"] = Password,
        };
        foreach (var (key, value) in More)
        {
            settings[key] = value;
        }

        return settings.Where(static setting => setting.Value is not null).Select(static setting => KeyValuePair.Create(setting.Key, setting.Value!));
    }

    public void Dispose()
    {
        if (Directory.Exists(DataDirectory))
        {
            Directory.Delete(DataDirectory, recursive: true);
        }
    }
}
