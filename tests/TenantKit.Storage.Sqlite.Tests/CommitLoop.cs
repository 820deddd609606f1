using System.Globalization;
using TenantKit.Testing;

namespace TenantKit.Storage.Sqlite.Tests;

/// <summary>Commits without end from several writers, and prints each acknowledged commit as <c>{revision} {tenant id}</c>.</summary>
internal static class CommitLoop
{
    public const string Argument = "--commit-until-killed";

    public static async Task RunAsync(string folder)
    {
        using var guard = new DataDirectoryLock(folder);
        await using var store = SqliteStores.In(folder, guard: guard);
        await store.InitializeAsync(CancellationToken.None);
        var first = await store.GetRevisionAsync(CancellationToken.None);
        var output = Console.Out;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var number = 0; ; number++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"t{first}-{writer}-{number}");
                var revision = await store.CommitAsync(
                    new ChangeSet().Put(TestRecords.Tenant(id)).Put(TestRecords.Status(id)).Put(TestRecords.Instance("i-" + id, id)).Record(TestRecords.Audit(id)),
                    CancellationToken.None);
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{revision} {id}"));
            }
        })));
    }
}
