using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TenantKit.EndToEnd.Tests.Clients;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>
/// The host is killed at random moments while tenants are created, their containers killed, and tenants deleted. When all are deleted nothing is
/// left in the engine. More rounds by <c>TENANTKIT_DOCKER_KILL_ROUNDS</c>, the same ones again by <c>TENANTKIT_DOCKER_KILL_SEED</c>, on one kind
/// of engine by <c>TENANTKIT_DOCKER_KILL_ON</c>; see eng/docker-kill-loop.sh.
/// </summary>
public sealed class DockerKillTests
{
    private const int UsualRounds = 2;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(3);

    public static TheoryData<string> Orchestrators { get; } =
        Environment.GetEnvironmentVariable("TENANTKIT_DOCKER_KILL_ON") is { Length: > 0 } one ? [one] : ["Docker", "DockerSwarm"];

    [Theory]
    [MemberData(nameof(Orchestrators))]
    public async Task Kill_AtRandomMoments_LeavesNothing(string orchestrator)
    {
        var rounds = Number("TENANTKIT_DOCKER_KILL_ROUNDS") ?? UsualRounds;
        var seed = Number("TENANTKIT_DOCKER_KILL_SEED") ?? Environment.TickCount;
        Console.WriteLine($"kill loop on {orchestrator}: seed {seed}, {rounds} rounds");
        var random = new Random(seed);
        using var settings = new DockerSettings(orchestrator);
        settings.Host.More["TenantKit:ResyncInterval"] = "00:00:03";
        var host = await HostProcess.StartAsync(settings.Host);
        try
        {
            using var admin = await AdminClient.SignInAsync(settings.Host);
            await admin.CreateUserAsync("first"); // every later one may be lost with a host that is killed early
            for (var round = 1; round <= rounds; round++)
            {
                var users = await UsersAsync(admin);
                var doomed = users.Count > 2 ? users[random.Next(users.Count)] : null;
                var kill = random.Next(10, 3_000);
                var work = Task.WhenAll(
                    TryAsync(() => admin.CreateUserAsync($"new-{round}")),
                    doomed is null ? Task.CompletedTask : TryAsync(async () => (await admin.DeleteUserAsync(doomed)).Dispose()),
                    settings.KillOneAsync(random));
                await Task.Delay(kill, TestContext.Current.CancellationToken);
                await host.KillAsync();
                await work;
                host = await HostProcess.StartAsync(settings.Host);
                Console.WriteLine($"round {round}: killed after {kill} ms");
            }

            Assert.NotEmpty(await UsersAsync(admin));
            foreach (var user in await UsersAsync(admin))
            {
                using var deleted = await admin.DeleteUserAsync(user);
                Assert.True(deleted.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.Accepted or HttpStatusCode.NotFound, $"seed {seed}: {(int)deleted.StatusCode}");
            }

            await Eventually.IsSoAsync($"seed {seed}: nothing is left", Within, async () => await settings.CountAsync() == 0);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private static async Task<List<string>> UsersAsync(AdminClient admin) =>
        [.. (await admin.ListUsersAsync()).Where(static user => user.GetProperty("role").GetString() == "user").Select(static user => user.GetProperty("id").GetString()!)];

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            // The host was killed under it: the client cannot know what became of it.
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
