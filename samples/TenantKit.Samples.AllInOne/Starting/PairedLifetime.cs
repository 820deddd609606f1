namespace TenantKit.Samples.AllInOne.Starting;

/// <summary>Leaves Ctrl-C and SIGTERM to <see cref="HostPair"/>, which stops the two hosts one after the other.</summary>
internal sealed class PairedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
