using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.LoadChecks.Anonymous;

/// <summary>Puts sleeping tenants into the store of a data directory, before a host starts on it: to create them through the Admin API, every one would be started once.</summary>
internal static class Sleepers
{
    /// <summary>A prefix of paths that they open to everybody.</summary>
    public const string PublicPath = "/public";

    private const int Batch = 100;

    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"sleeper-{number}");

    public static async Task AddAsync(string dataDirectory, int count, string[] command)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("TenantKit:DataDirectory", dataDirectory)]).Build();
        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(configuration).AddLogging().AddTenantKit().UseSqlite();
        await using var services = collection.BuildServiceProvider();
        var store = services.GetRequiredService<ITenantStore>();
        await store.InitializeAsync(CancellationToken.None);
        var now = TimeProvider.System.GetUtcNow();
        await store.CommitAsync(
            new ChangeSet().Put(new Template { Name = "sleeper", Version = 1, Image = "load-check", Command = command, AnonymousPaths = [PublicPath], CreatedAt = now }), CancellationToken.None);
        for (var first = 0; first < count; first += Batch)
        {
            var changes = new ChangeSet();
            for (var number = first; number < Math.Min(count, first + Batch); number++)
            {
                var id = $"01SLEEPER{number:D17}";
                changes.Put(new Tenant
                {
                    Id = id, Name = Name(number), OwnerUserId = "owner-" + id, TemplateName = "sleeper", TemplateVersion = 1,
                    Desired = DesiredState.Sleeping, Resources = ResourceLimits.Default, CreatedAt = now,
                });
                changes.Put(new TenantStatus { TenantId = id, Phase = TenantPhase.Sleeping, ObservedGeneration = 1, Provisioned = true, ChangedAt = now });
            }

            await store.CommitAsync(changes, CancellationToken.None);
        }
    }
}
