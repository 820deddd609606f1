using System.Collections.Concurrent;
using System.Globalization;
using TenantKit.Orchestration;
using TenantKit.Orchestration.InMemory;
using TenantKit.Testing.Contracts;

namespace TenantKit.Core.Tests.Orchestration;

public sealed class InMemoryHarness : OrchestratorHarness
{
    private readonly InMemoryOrchestrator orchestrator = new();
    private readonly ConcurrentDictionary<string, int> counted = new();

    public InMemoryHarness()
    {
        var options = orchestrator.Options;
        options.OnlyKnownImages = true;
        options.RunCommand = Run;
        options.Apps[nameof(OrchestratorApp.Idle)] = static _ => { };
        options.Apps[nameof(OrchestratorApp.IgnoresStop)] = static app =>
        {
            app.IgnoresStop = true;
            app.WriteLine("deaf");
        };
        options.Apps[nameof(OrchestratorApp.ExitsWithSeven)] = static app => app.Exit(7);
        options.Apps[nameof(OrchestratorApp.Talks)] = static app => WriteLines(app, "line", 3);
        options.Apps[nameof(OrchestratorApp.Ticks)] = static app => WriteLines(app, "tick", 5);
        options.Apps[nameof(OrchestratorApp.TalksALot)] = static app => WriteLines(app, "line", 100_000);
        options.Apps[nameof(OrchestratorApp.CountsStarts)] = app =>
        {
            var starts = app.Data.TryGetValue("starts", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) + 1 : 1;
            counted[app.Spec.Unit.Name] = starts;
            app.Data["starts"] = starts.ToString(CultureInfo.InvariantCulture);
            app.WriteLine($"start {starts}");
        };
    }

    public override IContainerOrchestrator Orchestrator => orchestrator;

    public override IReadOnlyList<string> HelloCommand => ["hello", "3"];

    public override IReadOnlyList<string> CountCommand => ["count", "0"];

    public override IReadOnlyList<string> LongCommand
    {
        get
        {
            orchestrator.Options.CommandDelay = TimeSpan.FromMinutes(1);
            return ["long", "0"];
        }
    }

    public override UnitSpec Describe(UnitSpec spec, OrchestratorApp app) => spec with { Image = app.ToString() };

    public override UnitSpec DescribeMissing(UnitSpec spec) => spec with { Image = "missing:1" };

    public override Task KillAsync(InstanceObservation instance, CancellationToken cancellationToken)
    {
        Assert.True(orchestrator.TryGetInstance(instance.Id, out var found));
        found.Exit(137);
        return Task.CompletedTask;
    }

    /// <summary>Memory outlives no crash: the successor of the host is the same runtime.</summary>
    public override Task RestartAsync() => Task.CompletedTask;

    private CommandResult Run(UnitSpec spec, IReadOnlyList<string> command) => new(
        int.Parse(command[1], CultureInfo.InvariantCulture),
        command[0] == "count" ? counted[spec.Unit.Name].ToString(CultureInfo.InvariantCulture) : command[0]);

    private static void WriteLines(InMemoryInstance app, string word, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            app.WriteLine($"{word} {i}");
        }
    }
}
