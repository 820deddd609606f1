using TenantKit.EndToEnd.Tests.Clients;

namespace TenantKit.EndToEnd.Tests.Hosting;

/// <summary>An admin host and two gateways, three processes that share one key file.</summary>
public sealed class TwoHosts : IAsyncLifetime
{
    private readonly HostSettings adminSettings;
    private readonly HostSettings[] gatewaySettings;
    private readonly HostProcess?[] gateways = new HostProcess?[2];
    private HostProcess? adminHost;
    private AdminClient? admin;

    public TwoHosts()
    {
        var control = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";
        gatewaySettings = [new HostSettings(), new HostSettings()];
        adminSettings = new HostSettings
        {
            More =
            {
                ["TenantKit:Control:Url"] = control,
                ["TenantKit:GatewayUrl"] = gatewaySettings[0].GatewayUrl,
                ["TenantKit:RegistrationUrl"] = gatewaySettings[0].InternalUrl,
                ["TenantKit:Processes:WatchdogGrace"] = "00:10:00",
            },
        };
        foreach (var gateway in gatewaySettings)
        {
            gateway.More["TenantKit:Gateway:ControlPlane:Addresses:0"] = control;
            gateway.More["TenantKit:Gateway:KeyDirectory"] = adminSettings.DataDirectory;
            gateway.More["TenantKit:Gateway:HoldTimeout"] = "00:00:02";
            gateway.More["TenantKit:Gateway:StopDelay"] = "00:00:01";
        }
    }

    internal AdminClient Admin => admin!;

    internal string DataDirectory => adminSettings.DataDirectory;

    public async ValueTask InitializeAsync()
    {
        await StartAdminAsync();
        admin = await AdminClient.SignInAsync(adminSettings);
        await Task.WhenAll(StartGatewayAsync(0), StartGatewayAsync(1));
    }

    internal async Task StartAdminAsync() => adminHost = await HostProcess.StartAsync(adminSettings, "AdminHost");

    internal Task KillAdminAsync() => adminHost!.KillAsync();

    internal Task<int> StopAdminAsync() => adminHost!.StopAsync();

    internal async Task<HostProcess> StartGatewayAsync(int number) => gateways[number] = await HostProcess.StartAsync(gatewaySettings[number], "GatewayHost");

    internal Task<int> StopGatewayAsync(int number) => gateways[number]!.StopAsync();

    /// <summary>A new tenant's user, at each of the gateways.</summary>
    internal async Task<TenantClient[]> CreateTenantAsync(string name)
    {
        using var created = await Admin.CreateTenantAsync(name);
        return At(created);
    }

    /// <summary>A user at each of the gateways.</summary>
    internal TenantClient[] At(TenantClient tenant) => [.. gatewaySettings.Select(gateway => new TenantClient(tenant.User, tenant.Name, tenant.Token, gateway))];

    public async ValueTask DisposeAsync()
    {
        foreach (var host in gateways.Append(adminHost).OfType<HostProcess>())
        {
            await host.DisposeAsync();
        }

        admin?.Dispose();
        foreach (var settings in gatewaySettings.Append(adminSettings))
        {
            settings.Dispose();
        }
    }
}
