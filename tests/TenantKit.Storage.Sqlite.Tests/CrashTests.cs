using System.Diagnostics;
using System.Globalization;
using TenantKit.Testing;

namespace TenantKit.Storage.Sqlite.Tests;

public sealed class CrashTests : IDisposable
{
    private const int Rounds = 6;
    private readonly TemporaryFolder folder = new();
    private readonly int seed = Environment.TickCount;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    /// <summary>Each round kills a process that commits all the time, after a random number of acknowledgements: in the first rounds so early that the schema is hardly there.</summary>
    [Fact]
    public async Task CommitAsync_ProcessKilledAtAnyMoment_LosesNothingAcknowledged()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var acknowledged = new Dictionary<long, string>();
        for (var round = 0; round < Rounds; round++)
        {
            await KillAfterAsync(round == 0 ? 0 : random.Next(1, 150), acknowledged);
            await VerifyAsync(acknowledged);
        }

        Assert.NotEmpty(acknowledged);
    }

    private async Task KillAfterAsync(int acknowledgements, Dictionary<long, string> acknowledged)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ChildArguments())
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            var wait = Stopwatch.StartNew();
            while (acknowledgements == 0 && !Directory.EnumerateFiles(folder.Path, "tenantkit.db*").Any() && wait.Elapsed < TimeSpan.FromMinutes(1))
            {
                await Task.Yield();
            }

            while (acknowledgements-- > 0 && await child.StandardOutput.ReadLineAsync(Stop) is { } line)
            {
                Note(line, acknowledged);
            }
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(Stop);
        }

        // What it still told before it died was acknowledged, too; a line without its end was not.
        var rest = await child.StandardOutput.ReadToEndAsync(Stop);
        foreach (var line in rest.Split('\n')[..^1])
        {
            Note(line, acknowledged);
        }
    }

    /// <summary>The test runner may have started this program through <c>dotnet</c>.</summary>
    private string[] ChildArguments() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [typeof(CrashTests).Assembly.Location, CommitLoop.Argument, folder.Path]
        : [CommitLoop.Argument, folder.Path];

    private static void Note(string line, Dictionary<long, string> acknowledged)
    {
        var parts = line.TrimEnd('\r').Split(' ');
        acknowledged.Add(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
    }

    private async Task VerifyAsync(Dictionary<long, string> acknowledged)
    {
        using var guard = new DataDirectoryLock(folder.Path);
        await using var store = SqliteStores.In(folder.Path, guard: guard);
        await store.InitializeAsync(Stop);
        var changes = await store.ReadAsync(0, 10_000, Stop);
        var newest = await store.GetRevisionAsync(Stop);

        Assert.Equal(Enumerable.Range(1, (int)newest).Select(static revision => (long)revision), changes.Select(static entry => entry.Revision));
        Assert.Superset(acknowledged.Select(static each => (each.Key, each.Value)).ToHashSet(), changes.Select(static entry => (entry.Revision, entry.TenantId)).ToHashSet());
        foreach (var change in changes)
        {
            // Whatever is there is there as a whole.
            var state = (await store.LoadStateAsync(change.TenantId, Stop))!;
            Assert.Equal(TestRecords.Status(change.TenantId) with { Revision = change.Revision }, state.Status);
            Assert.Equal(TestRecords.Instance("i-" + change.TenantId, change.TenantId) with { Revision = change.Revision }, Assert.Single(state.Instances));
        }
    }
}
