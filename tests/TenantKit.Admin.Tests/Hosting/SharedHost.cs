namespace TenantKit.Admin.Tests.Hosting;

/// <summary>One host for the tests of a class that leave nothing behind which another one could see.</summary>
public sealed class SharedHost : IAsyncLifetime
{
    internal AdminHost Host { get; private set; } = null!;

    internal HttpClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Host = await AdminHost.StartAsync();
        Admin = await Host.SignInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Host.DisposeAsync();
    }
}
