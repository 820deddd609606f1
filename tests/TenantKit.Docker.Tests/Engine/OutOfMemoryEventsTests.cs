using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Docker.Engine;
using TenantKit.Tenants;

namespace TenantKit.Docker.Tests.Engine;

/// <summary>Containers that were killed, at an engine that has no reason noted down with them.</summary>
public sealed class OutOfMemoryEventsTests : IDisposable
{
    private readonly HttpListener server = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 29, 8, 0, 0, TimeSpan.Zero));
    private readonly EngineClient engine;
    private readonly OutOfMemoryEvents events;

    public OutOfMemoryEventsTests()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        server.Prefixes.Add($"http://127.0.0.1:{port}/");
        server.Start();
        engine = new EngineClient(Options.Create(new DockerOptions { Endpoint = $"tcp://127.0.0.1:{port}" }), new NoCredentials(), time);
        events = new OutOfMemoryEvents(engine, time);
    }

    [Fact]
    public async Task CompleteAsync_EventIsThere_TellsOutOfMemory()
    {
        var completing = events.CompleteAsync([Ended()], TestContext.Current.CancellationToken);
        var asked = await AnswerAsync("""{"Type":"container","Action":"oom","Actor":{"ID":"c1"},"time":1795939200,"timeNano":1795939200000000000}""" + "\n");

        Assert.Equal(StatusReasons.OutOfMemory, (await completing)[0].Reason);
        Assert.Contains("\"oom\"", asked, StringComparison.Ordinal);
        Assert.Contains("\"c1\"", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompleteAsync_NoEvent_TellsNone()
    {
        var completing = events.CompleteAsync([Ended()], TestContext.Current.CancellationToken);
        await AnswerAsync("");

        Assert.Equal(StatusReasons.None, (await completing)[0].Reason);
    }

    [Fact]
    public async Task CompleteAsync_EngineDoesNotEndItsAnswer_IsGivenUp()
    {
        var completing = events.CompleteAsync([Ended()], TestContext.Current.CancellationToken);
        var open = await server.GetContextAsync();
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(StatusReasons.None, (await completing)[0].Reason);
        open.Response.Abort();
    }

    [Fact]
    public async Task CompleteAsync_NothingToFindOut_AsksNothing()
    {
        List<Container> containers =
        [
            Ended() with { ExitCode = 0 }, Ended() with { Reason = StatusReasons.OutOfMemory }, Ended() with { ExitedAt = time.GetUtcNow().AddHours(-1) },
            Ended() with { State = ContainerState.Running },
        ];

        Assert.Equal(containers, await events.CompleteAsync([.. containers], TestContext.Current.CancellationToken));
        Assert.Equal(0, engine.Calls);
    }

    public void Dispose()
    {
        engine.Dispose();
        server.Close();
    }

    private Container Ended() => new() { Id = "c1", LocalId = "c1", Name = "user-1", State = ContainerState.Ended, ExitCode = 137, CreatedAt = time.GetUtcNow(), ExitedAt = time.GetUtcNow() };

    private async Task<string> AnswerAsync(string body)
    {
        var context = await server.GetContextAsync();
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken);
        context.Response.Close();
        return WebUtility.UrlDecode(context.Request.Url!.Query);
    }
}
