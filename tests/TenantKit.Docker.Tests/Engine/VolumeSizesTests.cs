using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Docker.Engine;
using TenantKit.Docker.Usage;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Tests.Engine;

/// <summary>The measuring of volumes against an engine that is asked by others as well, and then refuses.</summary>
public sealed class VolumeSizesTests : IDisposable
{
    private const string Busy = """{"message":"a disk usage operation is already running"}""";
    private static readonly UnitRef Unit = new("01tenant", "user-01tenant");
    private readonly HttpListener server = new();
    private readonly FakeTimeProvider time = new();
    private readonly EngineClient engine;
    private readonly VolumeSizes sizes;

    public VolumeSizesTests()
    {
        var port = FreePort();
        server.Prefixes.Add($"http://127.0.0.1:{port}/");
        server.Start();
        engine = new EngineClient(Options.Create(new DockerOptions { Endpoint = $"tcp://127.0.0.1:{port}" }), new NoCredentials(), time);
        sizes = new VolumeSizes(engine);
    }

    [Fact]
    public async Task ReadAsync_EngineBusyAtFirst_IsAskedAgain()
    {
        var read = sizes.ReadAsync(Unit, TestContext.Current.CancellationToken);
        await AnswerAsync(500, Busy);
        await AnswerAsync(500, Busy);
        await AnswerAsync(200, Measured(4096));

        Assert.Equal(4096, await read);
    }

    [Fact]
    public async Task ReadAsync_EngineBusyLater_TellsTheLastAndAsksAtTheNextQuestion()
    {
        var first = sizes.ReadAsync(Unit, TestContext.Current.CancellationToken);
        await AnswerAsync(200, Measured(4096));
        Assert.Equal(4096, await first);
        time.Advance(TimeSpan.FromSeconds(61));

        var refused = sizes.ReadAsync(Unit, TestContext.Current.CancellationToken);
        await AnswerAsync(500, Busy);
        Assert.Equal(4096, await refused);

        var next = sizes.ReadAsync(Unit, TestContext.Current.CancellationToken);
        await AnswerAsync(200, Measured(8192));
        Assert.Equal(8192, await next);
    }

    [Fact]
    public async Task ReadAsync_EngineNeverMeasures_TellsNothingAndDoesNotFail()
    {
        var read = sizes.ReadAsync(Unit, TestContext.Current.CancellationToken);
        for (var tries = 0; tries < 10; tries++)
        {
            await AnswerAsync(500, Busy);
        }

        Assert.Equal(0, await read);
    }

    public void Dispose()
    {
        sizes.Dispose();
        engine.Dispose();
        server.Close();
    }

    private static string Measured(long bytes) =>
        $$$"""{"Volumes":[{"Name":"{{{UnitNames.Volume(Unit.Name)}}}","UsageData":{"RefCount":1,"Size":{{{bytes}}}}}]}""";

    /// <summary>Answers the next question; lets the pauses before it pass.</summary>
    private async Task AnswerAsync(int status, string body)
    {
        var asked = server.GetContextAsync();
        while (!asked.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Yield();
        }

        using var answer = (await asked).Response;
        answer.StatusCode = status;
        await answer.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
