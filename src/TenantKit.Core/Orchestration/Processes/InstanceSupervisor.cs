using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace TenantKit.Orchestration.Processes;

/// <summary>Watches live instances: sees them end, cleans up after them, and asks them to stop.</summary>
internal sealed partial class InstanceSupervisor(
    ProcessOrchestratorOptions options, PortAllocator ports, UnitEventHub events, TimeProvider time, ILogger<ProcessOrchestrator> logger)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);
    private readonly ConcurrentDictionary<string, ProcessInstance> live = new(StringComparer.Ordinal);

    /// <summary>The instances that live, of all units.</summary>
    public IEnumerable<ProcessInstance> Live => live.Values;

    /// <summary>Takes care of a child of this host.</summary>
    public void Watch(ProcessInstance instance, Process child)
    {
        live[instance.Id] = instance;
        LogStarted(instance.Unit.TenantId, instance.Id, instance.Record.Pid, instance.Record.Port);
        events.Publish(instance.Unit.TenantId);
        _ = WaitAsync();

        async Task WaitAsync()
        {
            using (child)
            {
                await child.WaitForExitAsync().ConfigureAwait(false);
                await EndAsync(instance, child.ExitCode).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes care of a child of an earlier host.</summary>
    public void Adopt(ProcessInstance instance)
    {
        live[instance.Id] = instance;
        ports.Keep(instance.Record.Port);
        LogAdopted(instance.Unit.TenantId, instance.Id, instance.Record.Pid);
        events.Publish(instance.Unit.TenantId);
        if (instance.Record.StopGrace is { } grace)
        {
            _ = StopAsync(instance, grace);
        }
    }

    /// <summary>Looks whether an adopted instance still lives. Its exit code went to another parent.</summary>
    public async Task LookAsync(ProcessInstance instance)
    {
        if (instance.IsAdopted && !instance.IsAlive)
        {
            await EndAsync(instance, exitCode: null).ConfigureAwait(false);
        }
    }

    /// <summary>Asks an instance to end, kills it after the grace period, and completes when nothing of it runs.</summary>
    public async Task StopAsync(ProcessInstance instance, TimeSpan gracePeriod)
    {
        if (instance.IsGone)
        {
            return;
        }

        if (!instance.IsStopping)
        {
            instance.Record = instance.Record with { StopGrace = gracePeriod };
            Save(instance);
            events.Publish(instance.Unit.TenantId);
        }

        if (gracePeriod > TimeSpan.Zero)
        {
            if (instance.IsAlive)
            {
                Signals.SendToGroup(instance.Record.Pid, Signals.Terminate);
            }

            if (await GoneWithinAsync(instance, gracePeriod).ConfigureAwait(false))
            {
                return;
            }

            LogKilled(instance.Unit.TenantId, instance.Id, gracePeriod);
        }

        while (!instance.IsGone)
        {
            SessionKiller.KillNow(instance.Record.Pid, instance.Record.StartTicks, instance.Id);
            await GoneWithinAsync(instance, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }
    }

    private async Task<bool> GoneWithinAsync(ProcessInstance instance, TimeSpan limit)
    {
        var since = time.GetTimestamp();
        while (!instance.IsGone && time.GetElapsedTime(since) < limit)
        {
            if (!instance.IsAdopted)
            {
                await instance.Gone.WaitAsync(limit, time).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
                break;
            }

            await LookAsync(instance).ConfigureAwait(false);
            await Task.WhenAny(instance.Gone, Task.Delay(LookInterval, time)).ConfigureAwait(false);
        }

        return instance.IsGone;
    }

    private async Task EndAsync(ProcessInstance instance, int? exitCode)
    {
        if (!instance.TryEnd())
        {
            return;
        }

        // What the app left behind ends with it: the volume has no second writer.
        while (SessionKiller.KillNow(instance.Record.Pid, instance.Record.StartTicks, instance.Id))
        {
            await Task.Delay(LookInterval, time).ConfigureAwait(false);
        }

        live.TryRemove(instance.Id, out _);
        ports.Release(instance.Record.Port);
        instance.Unit.Folder.ForgetSecrets(instance.Id);
        var wasAsked = instance.IsStopping;
        instance.Record = instance.Record with { ExitedAt = time.GetUtcNow(), ExitCode = exitCode };
        try
        {
            instance.Log.Observe(time.GetUtcNow());
            KeepFewLogs(instance.Unit);
        }
        catch (Exception e) when (DiskTrouble.IsOne(e))
        {
            LogNotKept(instance.Unit.TenantId, instance.Id, e);
        }

        if (wasAsked)
        {
            instance.Unit.Remove(instance);
            instance.Unit.Folder.Forget(instance.Id);
        }
        else
        {
            Save(instance);
        }

        LogEnded(instance.Unit.TenantId, instance.Id, exitCode, wasAsked);
        instance.SetGone();
        events.Publish(instance.Unit.TenantId);
    }

    private void KeepFewLogs(ProcessUnit unit)
    {
        var ended = Directory.GetFiles(unit.Folder.Logs, "*.log")
            .Select(Path.GetFileNameWithoutExtension)
            .Where(id => !live.ContainsKey(id!))
            .OrderDescending(StringComparer.Ordinal);
        foreach (var id in ended.Skip(options.KeptLogs))
        {
            new InstanceLog(unit.Folder.Logs, id!).Forget();
        }
    }

    private void Save(ProcessInstance instance)
    {
        try
        {
            instance.Unit.Folder.Write(instance.Record);
        }
        catch (Exception e) when (DiskTrouble.IsOne(e))
        {
            // The process itself tells the next host the same.
            LogNotKept(instance.Unit.TenantId, instance.Id, e);
        }
    }

    [LoggerMessage(LogLevel.Information, "Tenant {TenantId}: instance {InstanceId} started as process {ProcessId} on port {Port}")]
    private partial void LogStarted(string tenantId, string instanceId, int processId, int port);

    [LoggerMessage(LogLevel.Information, "Tenant {TenantId}: instance {InstanceId} still runs as process {ProcessId} and was adopted")]
    private partial void LogAdopted(string tenantId, string instanceId, int processId);

    [LoggerMessage(LogLevel.Information, "Tenant {TenantId}: instance {InstanceId} ended with {ExitCode}; asked for: {WasAsked}")]
    private partial void LogEnded(string tenantId, string instanceId, int? exitCode, bool wasAsked);

    [LoggerMessage(LogLevel.Warning, "Tenant {TenantId}: instance {InstanceId} did not end within {GracePeriod} and is killed")]
    private partial void LogKilled(string tenantId, string instanceId, TimeSpan gracePeriod);

    [LoggerMessage(LogLevel.Warning, "Tenant {TenantId}: the state of instance {InstanceId} could not be written down")]
    private partial void LogNotKept(string tenantId, string instanceId, Exception exception);
}
