using System.Diagnostics;
using Docker.DotNet;

namespace TenantKit.Docker.Tests;

/// <summary>The engine that the tests use: the one of <c>TENANTKIT_TEST_DOCKER</c>, which eng/test.sh starts, else that of <c>DOCKER_HOST</c>.</summary>
public static class TestEngine
{
    public const string Shell = "tenantkit/test-shell:1";

    public static string? Endpoint { get; } = Environment.GetEnvironmentVariable("TENANTKIT_TEST_DOCKER") is { Length: > 0 } address ? address : null;

    public static DockerClient Connect()
    {
        var builder = new DockerClientBuilder();
        return (Endpoint is { } endpoint ? builder.WithEndpoint(new Uri(endpoint)) : builder).Build();
    }

    /// <summary>Runs the docker command as a person would.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Endpoint is { } endpoint)
        {
            start.Environment["DOCKER_HOST"] = endpoint;
        }

        using var docker = Process.Start(start)!;
        var error = docker.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await docker.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await docker.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(docker.ExitCode == 0, $"docker {string.Join(' ', arguments)}: {await error}");
        return output.Trim();
    }
}
