using System.Diagnostics;
using System.Security.Cryptography;

namespace TenantKit.EndToEnd.Tests.Hosting;

/// <summary>Settings of a host whose tenants are containers, with a range of networks of its own, and a look at what it has in the engine.</summary>
internal sealed class DockerSettings : IDisposable
{
    private static readonly string[][] Kinds = [["service", "ls", "-q"], ["ps", "-aq"], ["secret", "ls", "-q"], ["network", "ls", "-q"], ["volume", "ls", "-q"]];
    private readonly string? engine = Environment.GetEnvironmentVariable("TENANTKIT_TEST_DOCKER");

    public DockerSettings(string orchestrator)
    {
        Host.More["TenantKit:Orchestrator"] = orchestrator;
        Host.More["TenantKit:Template:Image"] = "tenantkit/tenant-app:local";
        Host.More["TenantKit:Docker:Endpoint"] = engine;
        Host.More["TenantKit:Docker:Subnets"] = "10.214.0.0/16";
        Host.More["TenantKit:Docker:PullImages"] = "false";
        Host.More["TenantKit:Gateway:InternalUrl"] = Host.InternalUrl.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal);
    }

    public HostSettings Host { get; } = new();

    /// <summary>The tenants of the containers that this host made.</summary>
    public async Task<IReadOnlyList<string>> ContainersAsync()
    {
        var found = await RunAsync("ps", "-a", "--filter", $"label=tenantkit.installation={Installation()}", "--format", "{{.Label \"tenantkit.tenant\"}}");
        return found.Length == 0 ? [] : found.Split('\n');
    }

    /// <summary>How many objects of any kind this host's tenants have.</summary>
    public async Task<int> CountAsync()
    {
        var found = 0;
        foreach (var kind in Kinds)
        {
            found += (await ListAsync(kind)).Length;
        }

        return found;
    }

    /// <summary>Kills one of the containers, if there is any.</summary>
    public async Task KillOneAsync(Random random)
    {
        if (await ListAsync(["ps", "-q"]) is { Length: > 0 } running)
        {
            await RunAsync("kill", running[random.Next(running.Length)]);
        }
    }

    public async Task<string> LogsAsync(string tenantId) =>
        await RunAsync("logs", await RunAsync("ps", "-q", "--filter", $"label=tenantkit.tenant={tenantId}"));

    public void Dispose()
    {
        foreach (var kind in Kinds)
        {
            Remove(kind);
        }

        Host.Dispose();
    }

    /// <summary>By the mark of this installation, which the host made from its own secret.</summary>
    private void Remove(string[] list)
    {
        if (Installation() is not { } installation)
        {
            return;
        }

        var ids = RunAsync([.. list, "--filter", $"label=tenantkit.installation={installation}"]).GetAwaiter().GetResult();
        if (ids.Length > 0)
        {
            string[] remove = list[0] == "ps" ? ["rm", "-f"] : [list[0], "rm"];
            RunAsync([.. remove, .. ids.Split('\n')]).GetAwaiter().GetResult();
        }
    }

    private async Task<string[]> ListAsync(string[] list) =>
        (await RunAsync([.. list, "--filter", $"label=tenantkit.installation={Installation()}"])).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>As the orchestrator makes it; null while the host has made no secret.</summary>
    private string? Installation()
    {
        var secret = Path.Combine(Host.DataDirectory, "keys", "instance.key");
        return File.Exists(secret)
            ? Convert.ToHexStringLower(HMACSHA256.HashData(File.ReadAllBytes(secret), "tenantkit-instance\0tenantkit-docker\0installation"u8).AsSpan(0, 8))
            : null;
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (engine is not null)
        {
            start.Environment["DOCKER_HOST"] = engine;
        }

        using var docker = Process.Start(start)!;
        var errors = docker.StandardError.ReadToEndAsync();
        var output = await docker.StandardOutput.ReadToEndAsync();
        await docker.WaitForExitAsync();
        return (arguments[0] == "logs" ? output + await errors : output).Trim();
    }
}
