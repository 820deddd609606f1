namespace TenantKit.Simulation.Steps;

/// <summary>
/// The control loop survives a crash at every one of its steps: before a call, after its effect and after its answer, and whoever goes on. The
/// steps are those that a run without a crash shows, so that a new one cannot be left out.
/// </summary>
/// <remarks>After the fault injection between every two steps of Orleans' transaction tests.</remarks>
public sealed class StepTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Workflows.All.Select(static workflow => workflow.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_CrashAtEveryStep_ComesToRestAsAsked(string name)
    {
        var workflow = Workflows.All.Single(workflow => workflow.Name == name);
        var dry = StepRun.Run(workflow);
        Assert.Empty(dry.Broken);
        List<string> failed = [];
        var points = 0;
        foreach (var point in StepRun.PointsOf(dry))
        {
            points++;
            var result = StepRun.Run(workflow, point);
            // Who goes on finds what there is: a crash alone starts no instance more.
            var broken = result.Started > dry.Started ? [.. result.Broken, $"{result.Started} instances were started, {dry.Started} without a crash"] : result.Broken;
            failed.AddRange(broken.Select(each => $"{point} ({dry.Calls[point.Call - 1]}): {each}"));
        }

        output.WriteLine($"{name}: {points} fault points");
        Assert.True(failed.Count == 0, $"{name}, {failed.Count} of {points} points:\n{string.Join('\n', failed)}");
    }

    [Fact]
    public void PointsOf_EveryWorkflow_AreMany()
    {
        var total = 0;
        foreach (var workflow in Workflows.All)
        {
            var dry = StepRun.Run(workflow);
            var points = StepRun.PointsOf(dry).Count();
            output.WriteLine($"{workflow.Name}: {points} fault points; {string.Join(", ", dry.Calls)}");
            Assert.True(points > 0, $"{workflow.Name} has no fault point.");
            total += points;
        }

        output.WriteLine($"total: {total} fault points");
        Assert.True(total > 100, $"Only {total} fault points.");
    }
}
