using TenantKit.EndToEnd.Tests.Clients;

namespace TenantKit.EndToEnd.Tests.Hosting;

/// <summary>One host for all tests that do no harm to it.</summary>
public sealed class SharedHost : IAsyncLifetime
{
    /// <summary>A template whose tenants sleep after two idle seconds.</summary>
    internal const string NappingTemplate = "napping";

    private readonly HostSettings settings = new();
    private HostProcess? host;
    private AdminClient? admin;

    internal HostProcess Host => host!;

    internal AdminClient Admin => admin!;

    /// <summary>The folder of a tenant's volume.</summary>
    internal string VolumeOf(string tenantId) => Path.Combine(settings.DataDirectory, "units", tenantId, "data");

    public async ValueTask InitializeAsync()
    {
        host = await HostProcess.StartAsync(settings);
        admin = await AdminClient.SignInAsync(settings);
        await admin.CreateTemplateAsync(NappingTemplate, idleTimeout: "00:00:02");
    }

    public async ValueTask DisposeAsync()
    {
        admin?.Dispose();
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        settings.Dispose();
    }
}
