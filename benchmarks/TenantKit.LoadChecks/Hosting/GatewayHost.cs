namespace TenantKit.LoadChecks.Hosting;

/// <summary>One gateway: where it listens, how it is set up, and its process while there is one. Its address and its folder stay the same over restarts.</summary>
internal sealed class GatewayHost(string dataDirectory, string controlUrl, int number, IReadOnlyDictionary<string, string> more, int? core)
{
    private readonly int internalPort = FreePorts.Take();

    public int Port { get; } = FreePorts.Take();

    public string Url => $"http://127.0.0.1:{Port}";

    public string InternalUrl => $"http://127.0.0.1:{internalPort}";

    public HostProcess? Process { get; private set; }

    public async Task StartAsync()
    {
        var settings = new Dictionary<string, string>(more)
        {
            ["TenantKit:DataDirectory"] = dataDirectory,
            ["TenantKit:Gateway:Url"] = Url,
            ["TenantKit:Gateway:InternalUrl"] = InternalUrl,
            ["TenantKit:Gateway:ControlPlane:Addresses:0"] = controlUrl,
        };
        Process = await HostProcess.StartAsync("GatewayHost", settings, Path.Combine(dataDirectory, $"gateway-{number}.log"), InternalUrl, core);
    }

    public async Task StopAsync()
    {
        await Process!.StopAsync();
        Process = null;
    }

    public async Task KillAsync()
    {
        await Process!.KillAsync();
        Process = null;
    }

    /// <summary>The sum of a counter of its metrics.</summary>
    public async Task<double> ReadCounterAsync(string name)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(InternalUrl + "/metrics"));
        return text.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Sum(static line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), System.Globalization.CultureInfo.InvariantCulture));
    }
}
