using Microsoft.Extensions.Hosting;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Virtual;

/// <summary>A hook as users write it: a mail a while after a tenant first runs.</summary>
internal sealed class WelcomeMails(IChangeLog changes, ITenantReader tenants, TimeProvider time, WelcomeMails.Outbox outbox) : IHostedService
{
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(3);
    private readonly CancellationTokenSource stopping = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = FollowAsync();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        stopping.Cancel();
        return Task.CompletedTask;
    }

    private async Task FollowAsync()
    {
        var seen = 0L;
        while (true)
        {
            await changes.WaitAsync(seen, stopping.Token);
            foreach (var entry in await changes.ReadAsync(seen, 1_000, stopping.Token))
            {
                seen = entry.Revision;
                if (await tenants.LoadStateAsync(entry.TenantId, stopping.Token) is { Status.Phase: TenantPhase.Running } state && outbox.Planned.Add(state.Tenant.Name))
                {
                    _ = SendAsync(state.Tenant.Name);
                }
            }
        }
    }

    private async Task SendAsync(string tenant)
    {
        await Task.Delay(Wait, time, stopping.Token);
        outbox.Sent.Add((tenant, time.GetUtcNow()));
    }

    /// <summary>What was sent.</summary>
    internal sealed class Outbox
    {
        public HashSet<string> Planned { get; } = [];

        public List<(string Tenant, DateTimeOffset At)> Sent { get; } = [];
    }
}
