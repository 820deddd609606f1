namespace TenantKit.Samples.TenantApp.Tests;

/// <summary>One app for the tests that do not mind what others placed.</summary>
public sealed class RunningApp : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private KeyServer keys = null!;

    public AppProcess App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        keys = await KeyServer.StartAsync();
        App = await AppProcess.StartAsync(folder.Path, keys);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await keys.DisposeAsync();
        folder.Dispose();
    }
}
