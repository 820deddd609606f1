using System.Collections.Concurrent;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>One change of a unit at a time within this host, and what the host knows of the unit beside the engine. Thread-safe.</summary>
internal sealed class UnitGates
{
    private readonly ConcurrentDictionary<string, Gate> gates = new(StringComparer.Ordinal);

    /// <summary>The settings of the newest specification that this host has seen; null while it has seen none since the unit last slept.</summary>
    public string? Settings(string unit) => gates.TryGetValue(unit, out var gate) ? gate.Settings : null;

    public async Task<Gate> EnterAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var gate = gates.GetOrAdd(unit.Name, static name => new Gate(name));
            await gate.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!gate.IsRemoved)
            {
                return gate;
            }

            gate.Turn.Release();
        }
    }

    public void Leave(Gate gate)
    {
        if (gate.Settings is null)
        {
            gate.IsRemoved = true;
            gates.TryRemove(new KeyValuePair<string, Gate>(gate.Name, gate));
        }

        gate.Turn.Release();
    }

    /// <summary>A unit's turn.</summary>
    internal sealed class Gate(string name)
    {
        public string Name { get; } = name;

        public SemaphoreSlim Turn { get; } = new(1);

        public volatile string? Settings;

        public bool IsRemoved { get; set; }
    }
}
