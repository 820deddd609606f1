using System.Collections.Concurrent;
using Docker.DotNet;
using Docker.DotNet.Models;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Usage;

/// <summary>Reads what containers use: CPU between two readings, and memory without the cache that the kernel takes back when it needs it.</summary>
internal sealed class UsageReader(EngineClient engine, VolumeSizes sizes, IUnitParts parts)
{
    private const int NanosecondsPerMillisecond = 1_000_000;
    private const int MostRemembered = 10_000;
    private readonly ConcurrentDictionary<string, (ulong Nanoseconds, DateTime At)> last = new(StringComparer.Ordinal);

    public async Task<UnitUsage> ReadAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var containers = await parts.FindAsync(unit, cancellationToken).ConfigureAwait(false);
        var running = containers.Where(static container => container is { Role: UnitLabels.AppRole, IsRunning: true, LocalId: not null });
        var usages = await Task.WhenAll(running.Select(container => ReadAsync(container, cancellationToken))).ConfigureAwait(false);
        return new UnitUsage([.. usages.OfType<InstanceUsage>()], await sizes.ReadAsync(unit, cancellationToken).ConfigureAwait(false));
    }

    private async Task<InstanceUsage?> ReadAsync(Container container, CancellationToken cancellationToken)
    {
        var reading = new Reading();
        try
        {
            await engine.Api.Containers.GetContainerStatsAsync(
                container.LocalId!, new ContainerStatsParameters { Stream = false, OneShot = true }, reading, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception) || EngineErrors.IsConflict(exception))
        {
            return null; // It ended between the list and the look.
        }

        return reading.Value is { CPUStats.CPUUsage: { } cpu, MemoryStats: { } memory } stats
            ? new InstanceUsage(container.InstanceId, Millicores(container.LocalId!, cpu.TotalUsage, stats.Read), Resident(memory))
            : null;
    }

    private int Millicores(string container, ulong nanoseconds, DateTime at)
    {
        if (last.Count > MostRemembered)
        {
            last.Clear();
        }

        var millicores = 0;
        if (last.TryGetValue(container, out var before) && at > before.At && nanoseconds >= before.Nanoseconds)
        {
            millicores = (int)Math.Round((nanoseconds - before.Nanoseconds) / (double)NanosecondsPerMillisecond / (at - before.At).TotalSeconds);
        }

        last[container] = (nanoseconds, at);
        return millicores;
    }

    private static long Resident(MemoryStats memory)
    {
        var used = memory.Usage ?? 0;
        ulong cache = 0;
        _ = memory.Stats?.TryGetValue("total_inactive_file", out cache) == true || memory.Stats?.TryGetValue("inactive_file", out cache) == true;
        return (long)(used > cache ? used - cache : used);
    }

    private sealed class Reading : IProgress<ContainerStatsResponse>
    {
        public ContainerStatsResponse? Value { get; private set; }

        public void Report(ContainerStatsResponse value) => Value = value;
    }
}
