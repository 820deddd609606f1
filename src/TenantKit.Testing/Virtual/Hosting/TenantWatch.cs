using System.Globalization;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Testing.Virtual.Hosting;

/// <summary>Follows the change log, so that the test knows at every event how all tenants are without reading them all.</summary>
internal sealed class TenantWatch(ITenantStore store, VirtualWorld world)
{
    private const int BatchSize = 1_000;
    private const int MostNamed = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);
    private readonly VirtualNode node = world.CreateNode("watch");
    private readonly SortedDictionary<string, TenantState> states = new(StringComparer.Ordinal);
    private readonly SortedSet<string> restless = new(StringComparer.Ordinal);
    private readonly int[] phases = new int[Enum.GetValues<TenantPhase>().Length];
    private long seen;
    private bool started;
    private bool loaded;
    private Exception? trouble;

    /// <summary>Every tenant, deleted ones included, in order of id.</summary>
    public IReadOnlyCollection<TenantState> States => states.Values;

    /// <summary>When a tenant last changed, in the world's time.</summary>
    public TimeSpan LastChange { get; private set; }

    /// <summary>True when every tenant is as it is wanted.</summary>
    public bool IsSettled => restless.Count == 0 && trouble is null;

    /// <summary>The store it follows.</summary>
    public ITenantStore Store => store;

    public int Count(TenantPhase phase) => phases[(int)phase];

    /// <summary>Reads everything, then goes on with what changes. Does nothing when it was started before.</summary>
    public void Start()
    {
        if (!started)
        {
            started = true;
            node.Post(() => _ = RunAsync());
            world.RunUntil(() => loaded, Patience);
        }
    }

    /// <summary>Takes in what changed at this very moment. Nothing else happens meanwhile, unless the store takes its time to answer.</summary>
    public void CatchUp()
    {
        Task reading = Task.CompletedTask;
        node.RunNow(() => reading = ReadAsync());
        world.RunUntil(() => reading.IsCompleted, Patience);
        if (reading.Exception is { InnerException: { } exception })
        {
            trouble = exception;
        }
    }

    /// <summary>Who is not as wanted, for the message of a failed test.</summary>
    public string Describe()
    {
        if (trouble is not null)
        {
            return $"The store cannot be read: {trouble.Message}";
        }

        if (restless.Count == 0)
        {
            var counts = Enum.GetValues<TenantPhase>().Where(phase => Count(phase) > 0)
                .Select(phase => string.Create(CultureInfo.InvariantCulture, $"{Count(phase):N0} {phase.ToString().ToLowerInvariant()}"));
            return $"All tenants are settled: {string.Join(", ", counts.DefaultIfEmpty("there is none"))}.";
        }

        var named = restless.Take(MostNamed).Select(id => Describe(states[id]));
        var rest = restless.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $"; and {restless.Count - MostNamed:N0} more") : "";
        return string.Create(CultureInfo.InvariantCulture, $"Tenants not settled: {restless.Count:N0} of {states.Count:N0}: {string.Join("; ", named)}{rest}.");
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                if (!loaded)
                {
                    await LoadAsync();
                }

                await ReadAsync();
                await store.WaitAsync(seen, CancellationToken.None);
            }
            catch (Exception exception)
            {
                // A store that fails for a while is what a test may be about: try again, as the control plane does.
                trouble = exception;
                await Task.Delay(Pause, node);
            }
        }
    }

    private async Task LoadAsync()
    {
        var revision = await store.GetRevisionAsync(CancellationToken.None);
        await foreach (var state in store.ReadAllAsync(CancellationToken.None))
        {
            Take(state);
        }

        (seen, loaded) = (revision, true);
    }

    private async Task ReadAsync()
    {
        while (await store.ReadAsync(seen, BatchSize, CancellationToken.None) is { Count: > 0 } entries)
        {
            foreach (var id in entries.Select(static entry => entry.TenantId).Distinct())
            {
                Take(await store.LoadStateAsync(id, CancellationToken.None) ?? throw new InvalidOperationException($"Tenant {id} changed and is not in the store."));
            }

            seen = Math.Max(seen, entries[^1].Revision);
        }

        trouble = null;
    }

    private void Take(TenantState state)
    {
        var id = state.Tenant.Id;
        if (states.TryGetValue(id, out var known))
        {
            phases[(int)known.Status.Phase]--;
        }

        states[id] = state;
        phases[(int)state.Status.Phase]++;
        _ = Settles(state) ? restless.Remove(id) : restless.Add(id);
        LastChange = world.Elapsed;
        Mix(state);
    }

    /// <summary>What happened to tenants is part of the run's fingerprint, not only when something happened.</summary>
    private void Mix(TenantState state)
    {
        foreach (var letter in state.Tenant.Id)
        {
            world.Mix(letter);
        }

        world.Mix((ulong)state.Status.Phase);
        world.Mix((ulong)state.Tenant.Generation);
        world.Mix((ulong)state.Status.ObservedGeneration);
        world.Mix((ulong)state.Instances.Count);
    }

    private static bool Settles(TenantState state) =>
        state.Status.Phase is TenantPhase.Running or TenantPhase.Sleeping or TenantPhase.Stopped or TenantPhase.Suspended or TenantPhase.Deleted
        && state.Status.ObservedGeneration == state.Tenant.Generation
        && state.OpenOperations.Count == 0;

    private static string Describe(TenantState state)
    {
        var (tenant, status) = (state.Tenant, state.Status);
        var reason = status.Reason == StatusReasons.None ? "" : $" ({status.Reason}{(status.Message is null ? "" : ": " + status.Message)})";
        return $"{tenant.Name} {tenant.Id} wants {(tenant.Suspended ? "suspended" : tenant.Desired.ToString().ToLowerInvariant())}, is {status.Phase.ToString().ToLowerInvariant()}{reason}";
    }
}
