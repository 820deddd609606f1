namespace TenantKit.Orchestration.Processes;

/// <summary>Carries out the plan of one ensure. The unit's gate is held.</summary>
internal sealed class UnitConvergence(ProcessRuntime runtime)
{
    public void Converge(ProcessUnit unit, UnitSpec spec, IReadOnlyList<string> command)
    {
        unit.Fingerprint = SettingsFingerprint.Of(spec);
        var plan = UnitPlan.Make(spec, [.. unit.Instances.Select(instance => instance.Observe(unit.Fingerprint))]);
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
        foreach (var instance in unit.Instances.Where(static instance => instance.IsGone).SkipLast(1).ToList())
        {
            unit.Remove(instance);
            unit.Folder.Forget(instance.Id);
        }
    }
}
