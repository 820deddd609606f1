using System.Net;
using System.Net.Sockets;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;
using TenantKit.Testing.Contracts;

namespace TenantKit.Docker.Tests.Swarm;

/// <summary>Looked at from inside a tenant's task, as an attacker would.</summary>
public sealed class SwarmIsolationTests : OrchestratorSuite<SwarmHarness>
{
    private static readonly (string Script, string Expected)[] Attempts =
    [
        ("id -u", "10001"),
        ("grep CapEff /proc/self/status | cut -f2", "0000000000000000"),
        ("grep CapBnd /proc/self/status | cut -f2", "0000000000000000"),
        ("grep Seccomp: /proc/self/status | cut -f2", "2"),
        ("touch /x 2>/dev/null || echo refused", "refused"),
        ("touch /bin/x 2>/dev/null || echo refused", "refused"),
        ("cp /bin/busybox /tmp/run; /tmp/run true 2>/dev/null || echo refused", "refused"),
        ("mount -t tmpfs none /tmp 2>/dev/null || echo refused", "refused"),
        ("mknod /tmp/disk b 254 0 2>/dev/null || echo refused", "refused"),
        ("(echo 1 >/proc/sys/kernel/sysrq) 2>/dev/null || echo refused", "refused"),
        ("ls /var/run/docker.sock /run/docker.sock 2>/dev/null || echo none", "none"),
        ("chroot / true 2>/dev/null || echo refused", "refused"),
        ("hostname other 2>/dev/null || echo refused", "refused"),
        ("cat $TENANTKIT_KEY_FILE | wc -c", "64"),
        ("stat -c %a:%u $TENANTKIT_KEY_FILE", "400:10001"),
        ("stat -c %a:%u $TENANTKIT_DATA_DIR", "700:10001"),
        ("find /var/lib/tenantkit -type f | wc -l", "0"),
    ];

    [Fact]
    public async Task Inside_Task_CanDoNoMoreThanItShould()
    {
        var script = string.Join("; ", Attempts.Select(static attempt => attempt.Script));
        var spec = Bare() with { Image = TestEngine.Shell, Command = DockerHarness.Shell($"{script}; exec sleep 600") };
        await RunAsync(spec);

        var lines = await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: Attempts.Length);

        Assert.Equal(Attempts.Select(static attempt => $"{attempt.Script}: {attempt.Expected}"), Attempts.Zip(lines, static (attempt, line) => $"{attempt.Script}: {line.Text}"));
    }

    [Fact]
    public async Task Inspect_OfServiceAndSecret_ShowsNoSecret()
    {
        var spec = Spec(OrchestratorApp.Idle);
        var instance = Assert.Single((await RunAsync(spec)).Instances);
        var key = Convert.ToHexStringLower(((IInstanceCredentials)Harness.Services.GetService(typeof(IInstanceCredentials))!).GetKey(spec.Unit.TenantId, instance.Id));

        var shown = await TestEngine.RunAsync("service", "inspect", UnitNames.Service(spec.Unit.Name, 1))
            + await TestEngine.RunAsync("secret", "inspect", UnitNames.Secret(instance.Id))
            + await TestEngine.RunAsync("inspect", await Harness.FindAsync(instance.Id, Token));

        Assert.Contains(instance.Id, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(key, shown, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Outside_FromTask_CannotBeReached()
    {
        // An admin host that keeps to its default: loopback.
        using var admin = new TcpListener(IPAddress.Loopback, 0);
        admin.Start();
        var port = ((IPEndPoint)admin.LocalEndpoint).Port;
        var targets = ((string[])["172.18.0.1", "172.17.0.1"]).Select(address => $"{address} {port}").Concat(["169.254.169.254 80", "192.0.2.1 80"]);
        var tries = targets.Select(static address => $"nc -w 1 {address} </dev/null 2>/dev/null && echo reached {address}");
        var spec = Bare() with { Image = TestEngine.Shell, Command = DockerHarness.Shell(string.Join("; ", tries) + "; echo tried; exec sleep 600") };
        await RunAsync(spec);

        var lines = await ReadUntilAsync(spec.Unit, static line => line.Text == "tried");

        Assert.Single(lines);
    }

    [Fact]
    public async Task OtherTenant_FromTask_CannotBeReachedAtAnyAddress()
    {
        var other = Spec(OrchestratorApp.Listens, tenantId: "01eeeeeeeeeeeeeeeeeeeee001");
        var listening = Assert.Single(Live(await RunAsync(other))).Endpoint!;
        await ConnectAsync(IPEndPoint.Parse(listening));
        var command = Harness.ConnectCommand(listening);
        var spec = Bare(tenantId: "01eeeeeeeeeeeeeeeeeeeee002") with { Image = TestEngine.Shell, Command = DockerHarness.Shell($"({command[^1]}) 2>/dev/null && echo reached; echo tried; exec sleep 600") };
        await RunAsync(spec);

        var lines = await ReadUntilAsync(spec.Unit, static line => line.Text == "tried");

        Assert.Single(lines);
    }

    /// <summary>The gateway's way works all the while.</summary>
    private static async Task ConnectAsync(IPEndPoint endpoint)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(endpoint, Token);
                return;
            }
            catch (SocketException) when (!Token.IsCancellationRequested)
            {
                await Task.Delay(50, Token);
            }
        }
    }
}
