using TenantKit.Diagnostics;

namespace TenantKit.Orchestration.InMemory;

/// <summary>Starts, stops and ends the instances of the in-memory runtime. Every member takes the unit's lock itself or says that it is held.</summary>
internal sealed class InMemoryLifecycle(TimeProvider time, IIdSource ids, InMemoryOrchestratorOptions options, UnitEventHub events)
{
    private const int KilledExitCode = 137;
    private long instanceNumber;

    /// <summary>The unit's lock is held.</summary>
    public void Converge(InMemoryUnit unit, UnitSpec spec)
    {
        unit.Fingerprint = SettingsFingerprint.Of(spec);
        var plan = Plan(unit, spec);
        if (plan.Stop.Count > 0)
        {
            foreach (var id in plan.Stop)
            {
                BeginStop(unit.Instances.Find(instance => instance.Id == id)!, spec.StopGracePeriod);
            }

            plan = Plan(unit, spec); // those that ended at once make room at once
        }

        for (var i = 0; i < plan.Start; i++)
        {
            Start(unit, spec);
        }
    }

    public async Task StopAllAsync(InMemoryUnit unit, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        List<InMemoryInstance> live;
        lock (unit.Gate)
        {
            live = unit.Instances.FindAll(static instance => instance.State != RuntimeState.Exited);
            live.ForEach(instance => BeginStop(instance, gracePeriod));
            unit.Instances.RemoveAll(static instance => instance.State == RuntimeState.Exited);
        }

        foreach (var instance in live)
        {
            await instance.Ended.WaitAsync(cancellationToken);
        }
    }

    public void WriteLine(InMemoryInstance instance, string line)
    {
        lock (instance.Home.Gate)
        {
            instance.Home.Append(new LogLine(time.GetUtcNow(), instance.Id, line));
        }
    }

    public void Exit(InMemoryInstance instance, int exitCode)
    {
        var unit = instance.Home;
        lock (unit.Gate)
        {
            if (instance.State == RuntimeState.Exited)
            {
                return;
            }

            var wasAsked = instance.State == RuntimeState.Stopping;
            instance.Timer?.Dispose();
            instance.End(time.GetUtcNow(), exitCode);

            // Only an end that nobody asked for is worth remembering, and only the last one.
            unit.Instances.RemoveAll(other => wasAsked ? other == instance : other.IsReplaced && other.State == RuntimeState.Exited);
        }

        events.Publish(unit.Unit.TenantId);
    }

    private static UnitPlan Plan(InMemoryUnit unit, UnitSpec spec) =>
        UnitPlan.Make(spec, unit.Instances.ConvertAll(static instance => instance.Observe()));

    private void Start(InMemoryUnit unit, UnitSpec spec)
    {
        InMemoryInstance? lastEnded = null;
        foreach (var ended in unit.Instances.Where(static instance => instance.State == RuntimeState.Exited))
        {
            ended.IsReplaced = true;
            lastEnded = ended;
        }

        unit.Instances.RemoveAll(other => other.State == RuntimeState.Exited && other != lastEnded);
        var number = Interlocked.Increment(ref instanceNumber);
        var instance = new InMemoryInstance(this, unit, spec, ids.NewId(), time.GetUtcNow());
        instance.Endpoint = options.Endpoint?.Invoke(instance) ?? $"127.{(number >> 16 & 127) + 1}.{number >> 8 & 255}.{number & 255}:{spec.Port}";
        unit.Instances.Add(instance);
        if (options.StartDelay == TimeSpan.Zero)
        {
            Run(instance);
        }
        else if (options.StartDelay > TimeSpan.Zero)
        {
            instance.Timer = time.CreateTimer(_ => Run(instance), null, options.StartDelay, Timeout.InfiniteTimeSpan);
        }

        events.Publish(unit.Unit.TenantId);
    }

    private void Run(InMemoryInstance instance)
    {
        lock (instance.Home.Gate)
        {
            if (instance.State != RuntimeState.Creating)
            {
                return;
            }

            instance.StartedAt = time.GetUtcNow();
            if (options.Apps.TryGetValue(instance.Spec.Image, out var app))
            {
                app(instance);
            }
        }

        events.Publish(instance.Home.Unit.TenantId);
    }

    /// <summary>The unit's lock is held.</summary>
    private void BeginStop(InMemoryInstance instance, TimeSpan gracePeriod)
    {
        if (instance.State is RuntimeState.Exited or RuntimeState.Stopping)
        {
            return;
        }

        instance.StopAt = time.GetUtcNow();
        instance.Timer?.Dispose();
        var isKilled = instance.IgnoresStop || options.StopDelay > gracePeriod;
        var wait = isKilled ? gracePeriod : options.StopDelay;
        if (wait <= TimeSpan.Zero)
        {
            Exit(instance, isKilled ? KilledExitCode : 0);
            return;
        }

        instance.Timer = time.CreateTimer(_ => Exit(instance, isKilled ? KilledExitCode : 0), null, wait, Timeout.InfiniteTimeSpan);
        events.Publish(instance.Home.Unit.TenantId);
    }
}
