namespace TenantKit.Orchestration.Processes;

/// <summary>Carries out the plan of one ensure. The unit's gate is held.</summary>
internal sealed class UnitConvergence(ProcessRuntime runtime, TimeProvider time)
{
    public void Converge(ProcessUnit unit, UnitSpec spec, IReadOnlyList<string> command)
    {
        unit.Fingerprint = SettingsFingerprint.Of(spec);
        var unreplaced = unit.Instances.Count(static instance => instance.IsGone && !instance.Record.IsReplaced);
        var plan = UnitPlan.Make(spec, [.. unit.Instances.Select(instance => instance.Observe(unit.Fingerprint))], unreplaced, time.GetUtcNow());
        foreach (var id in plan.Stop)
        {
            _ = runtime.Supervisor.StopAsync(unit.Instances.First(instance => instance.Id == id), spec.StopGracePeriod);
        }

        if (plan.Start > 0)
        {
            KeepLastEnded(unit);
        }

        for (var i = 0; i < plan.Start; i++)
        {
            var (instance, child) = runtime.Starter.Start(unit, spec, command);
            unit.Add(instance);
            runtime.Supervisor.Watch(instance, child);
        }
    }

    private static void KeepLastEnded(ProcessUnit unit)
    {
        var ended = unit.Instances.Where(static instance => instance.IsGone).ToList();
        foreach (var instance in ended.SkipLast(1))
        {
            unit.Remove(instance);
            unit.Folder.Forget(instance.Id);
        }

        if (ended is [.., var last] && !last.Record.IsReplaced)
        {
            last.Record = last.Record with { IsReplaced = true };
            unit.Folder.Write(last.Record);
        }
    }
}
