using TenantKit.Audit;
using TenantKit.Management;

namespace TenantKit.Simulation.Steps;

/// <summary>All workflows. Their steps are not written down anywhere: a run without a crash shows them.</summary>
internal static class Workflows
{
    private static readonly Actor Admin = new("admin");

    public static IReadOnlyList<Workflow> All { get; } =
    [
        new("create", CreateAsync),
        new("delete without retention", DeleteAsync) { Before = [CreateAsync] },
        new("delete with retention", DeleteAsync) { Before = [CreateAsync], Retention = TimeSpan.FromSeconds(20) },
        new("delete of a stopped tenant", DeleteAsync) { Before = [CreateAsync, StopAsync] },
        new("stop", StopAsync) { Before = [CreateAsync] },
        new("start", StartAsync) { Before = [CreateAsync, StopAsync] },
        new("start that is not ready at first", StartAsync) { Before = [CreateAsync, StopAsync], ReadyAfter = TimeSpan.FromSeconds(6) },
        new("restart of two", RestartAsync) { Before = [CreateAsync, Scale(2)] },
        new("scale up", Scale(3)) { Before = [CreateAsync] },
        new("scale down", Scale(1)) { Before = [CreateAsync, Scale(3)] },
        new("resize", ResizeAsync) { Before = [CreateAsync] },
        new("suspend", SuspendAsync) { Before = [CreateAsync] },
        new("resume", ResumeAsync) { Before = [CreateAsync, SuspendAsync] },
        new("recovery from a crash of the app", CrashAppAsync) { Before = [CreateAsync] },
    ];

    private static async Task CreateAsync(StepWorld world)
    {
        var draft = await world.Now.Manager.DraftCreateAsync(
            new NewTenant { Name = "acme", OwnerUserId = "u1", OwnerUserName = "alice" }, Admin, CancellationToken.None);
        await world.Now.Store.CommitAsync(draft.Changes, CancellationToken.None);
    }

    private static Task DeleteAsync(StepWorld world) => world.Now.Manager.DeleteAsync(IdOf(world), Admin, CancellationToken.None);

    private static Task StopAsync(StepWorld world) => world.Now.Manager.StopAsync(IdOf(world), Admin, CancellationToken.None);

    private static Task StartAsync(StepWorld world) => world.Now.Manager.StartAsync(IdOf(world), Admin, CancellationToken.None);

    private static Task RestartAsync(StepWorld world) => world.Now.Manager.RestartAsync(IdOf(world), Admin, CancellationToken.None);

    private static Task SuspendAsync(StepWorld world) => world.Now.Manager.SuspendAsync(IdOf(world), Admin, CancellationToken.None);

    private static Task ResumeAsync(StepWorld world) => world.Now.Manager.ResumeAsync(IdOf(world), Admin, CancellationToken.None);

    private static Task ResizeAsync(StepWorld world) =>
        world.Now.Manager.ResizeAsync(IdOf(world), new TenantResize { CpuMillicores = 750 }, null, Admin, CancellationToken.None);

    private static Func<StepWorld, Task> Scale(int replicas) =>
        world => world.Now.Manager.ResizeAsync(IdOf(world), new TenantResize { Replicas = replicas }, null, Admin, CancellationToken.None);

    private static Task CrashAppAsync(StepWorld world)
    {
        world.Started[^1].Exit(1);
        return Task.CompletedTask;
    }

    private static string IdOf(StepWorld world) => world.State!.Tenant.Id;
}
