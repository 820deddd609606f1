namespace TenantKit.Simulation.Steps;

/// <summary>One workflow with one crash, or none, until all is at rest.</summary>
internal static class StepRun
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(60);

    /// <summary>An heir waits for the lease to run out, and for the round after.</summary>
    private static readonly TimeSpan TakeOver = TimeSpan.FromSeconds(20);

    /// <summary>So much longer calls still belong to the workflow, and rest has to last.</summary>
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(3);

    public static StepResult Run(Workflow workflow, FaultPoint? point = null)
    {
        using var world = new StepWorld(workflow);
        foreach (var ask in workflow.Before)
        {
            Ask(world, ask, heir: false);
            ComeToRest(world, point: null);
        }

        world.ReadyFrom = world.World.Elapsed + workflow.ReadyAfter;
        var before = world.Started.Count;
        world.Gate.Begin(point);
        Ask(world, workflow.Ask, point?.Heir == true);
        ComeToRest(world, point);
        world.Rules.Check(point is null || world.Gate.HasStruck, $"the fault point was never reached");
        return new StepResult([.. world.Gate.Calls], world.Started.Count - before, [.. world.Rules.Broken]);
    }

    /// <summary>Every fault point of a workflow, from the calls of a run without a crash.</summary>
    public static IEnumerable<FaultPoint> PointsOf(StepResult dry) =>
        from call in Enumerable.Range(1, dry.Calls.Count)
        from moment in Enum.GetValues<Moment>()
        from heir in new[] { false, true }
        select new FaultPoint(call, moment, heir);

    /// <summary>Asks until it is known to be asked: whose answer a crash swallowed looks at the store first.</summary>
    private static void Ask(StepWorld world, Func<StepWorld, Task> ask, bool heir)
    {
        var before = (world.State?.Tenant.Generation, world.Started.Count);
        while (true)
        {
            var (life, asked) = (world.Now, world.Now.Node.RunAsync(() => ask(world)));
            world.World.RunUntil(() => asked.IsCompleted || !life.Node.IsAlive, Rest);
            if (asked.IsCompleted)
            {
                world.Rules.Check(asked.IsCompletedSuccessfully, $"it was refused: {asked.Exception}");
                return;
            }

            if (life.Node.IsAlive)
            {
                world.Rules.Check(false, $"it was never answered");
                return;
            }

            world.Revive(heir);
            if (world.State?.Tenant.Generation != before.Generation)
            {
                return;
            }
        }
    }

    private static void ComeToRest(StepWorld world, FaultPoint? point)
    {
        var limit = point?.Heir == true ? Rest + TakeOver : Rest;
        var hasStruck = point is null || world.Gate.HasStruck;
        world.World.RunUntil(() => (hasStruck && world.Rules.Misfit() is null) || !world.Now.Node.IsAlive || (!hasStruck && world.Gate.HasStruck), limit);
        if (!world.Now.Node.IsAlive)
        {
            world.Revive(point!.Heir);
            world.World.RunUntil(() => world.Rules.Misfit() is null, limit);
        }

        world.World.RunFor(Tail);
        world.Rules.Judge();
        world.Rules.Check(world.Now.Failure is null, $"the control loop ended: {world.Now.Failure}");
        world.Rules.Check(world.World.Failure is null, $"{world.World.Failure}");
    }
}
