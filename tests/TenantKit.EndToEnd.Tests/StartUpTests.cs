using System.Net;
using System.Net.Sockets;
using TenantKit.EndToEnd.Tests.Clients;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>A host that cannot start says why and what to do, ends with exit code 1, and leaves nothing half made.</summary>
public sealed class StartUpTests
{
    [Fact]
    public async Task Start_WithPortsInUse_NamesEachPortAndItsSetting()
    {
        using var settings = new HostSettings();
        using var first = new TcpListener(IPAddress.Loopback, new Uri(settings.AdminUrl).Port);
        using var second = new TcpListener(IPAddress.Loopback, settings.GatewayPort);
        first.Start();
        second.Start();

        var output = await FailAsync(settings);

        Assert.Contains($"Port {new Uri(settings.AdminUrl).Port} is in use", output, StringComparison.Ordinal);
        Assert.Contains("TenantKit:Admin:Url", output, StringComparison.Ordinal);
        Assert.Contains($"Port {settings.GatewayPort} is in use", output, StringComparison.Ordinal);
        Assert.Contains("TenantKit:Gateway:Url", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(settings.DataDirectory));
    }

    [Fact]
    public async Task Start_OnADataDirectoryOfAnotherHost_NamesItAndTheSetting()
    {
        using var settings = new HostSettings();
        await using var running = await HostProcess.StartAsync(settings);
        using var same = new HostSettings { More = { ["TenantKit:DataDirectory"] = settings.DataDirectory } };

        var output = await FailAsync(same);

        Assert.Contains(settings.DataDirectory, output, StringComparison.Ordinal);
        Assert.Contains($"(process {running.Id})", output, StringComparison.Ordinal);
        Assert.Contains("TenantKit:DataDirectory", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnADataDirectoryThatCannotBeWritten_NamesItAndTheSetting()
    {
        using var settings = new HostSettings();
        var file = Path.Combine(settings.DataDirectory, "a-file");
        await File.WriteAllTextAsync(file, "no folder", TestContext.Current.CancellationToken);
        using var bad = new HostSettings { More = { ["TenantKit:DataDirectory"] = Path.Combine(file, "data") } };

        var output = await FailAsync(bad);

        Assert.Contains("cannot be written", output, StringComparison.Ordinal);
        Assert.Contains("TenantKit:DataDirectory", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithBadSettings_NamesAllAtOnce()
    {
        using var settings = new HostSettings
        {
            More =
            {
                ["TenantKit:Workers"] = "0",
                ["TenantKit:Admin:PasswordMinLength"] = "3",
                ["TenantKit:Gateway:InternalUrl"] = "nowhere",
                ["TenantKit:Gateway:LoadBalancing"] = "magic",
            },
        };

        var output = await FailAsync(settings);

        Assert.Contains("Workers", output, StringComparison.Ordinal);
        Assert.Contains("PasswordMinLength", output, StringComparison.Ordinal);
        Assert.Contains("'nowhere' is no address to listen on", output, StringComparison.Ordinal);
        Assert.Contains("'magic' is no known policy", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithASettingOfTheWrongKind_NamesIt()
    {
        using var settings = new HostSettings { More = { ["TenantKit:IdleTimeout"] = "soon" } };

        var output = await FailAsync(settings);

        Assert.Contains("TenantKit:IdleTimeout", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithoutAPassword_GeneratesOneAndShowsItOnce()
    {
        using var settings = new HostSettings { More = { ["TenantKit:BootstrapAdmin:Password"] = null } };
        string password;
        await using (var first = await HostProcess.StartAsync(settings))
        {
            await Eventually.IsSoAsync("the password is shown", TimeSpan.FromSeconds(10), () => first.Output.Contains("shown this once", StringComparison.Ordinal));
            password = first.Output.Split("with password ")[1].Split(' ')[0];
            using var admin = await AdminClient.SignInAsync(settings, password);
            Assert.Equal(0, await first.StopAsync());
        }

        await using var second = await HostProcess.StartAsync(settings);
        using var again = await AdminClient.SignInAsync(settings, password);
        Assert.DoesNotContain("shown this once", second.Output, StringComparison.Ordinal);
    }

    private static async Task<string> FailAsync(HostSettings settings)
    {
        await using var host = HostProcess.Launch(settings);
        var code = await host.WaitForExitAsync();
        var output = host.Output;

        Assert.True(code == 1, $"Exit code {code}: {output}");
        Assert.StartsWith("TenantKit cannot start:", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        return output;
    }
}
