using System.Net;
using System.Net.Sockets;
using TenantKit.Orchestration;
using TenantKit.Testing.Contracts;

namespace TenantKit.Docker.Tests.Engine;

/// <summary>Looked at from inside a tenant's container, as an attacker would.</summary>
public sealed class DockerIsolationTests : OrchestratorSuite<DockerHarness>
{
    private static readonly (string Script, string Expected)[] Attempts =
    [
        ("id -u", "10001"),
        ("grep CapEff /proc/self/status | cut -f2", "0000000000000000"),
        ("grep CapBnd /proc/self/status | cut -f2", "0000000000000000"),
        ("grep NoNewPrivs /proc/self/status | cut -f2", "1"),
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
    ];

    [Fact]
    public async Task Inside_Container_CanDoNoMoreThanItShould()
    {
        var script = string.Join("; ", Attempts.Select(static attempt => attempt.Script));
        var spec = Bare() with { Image = TestEngine.Shell, Command = DockerHarness.Shell($"{script}; exec sleep 600") };
        await RunAsync(spec);

        var lines = await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: Attempts.Length);

        Assert.Equal(Attempts.Select(static attempt => $"{attempt.Script}: {attempt.Expected}"), Attempts.Zip(lines, static (attempt, line) => $"{attempt.Script}: {line.Text}"));
    }

    [Fact]
    public async Task Inspect_OfContainer_ShowsNoSecret()
    {
        var spec = Spec(OrchestratorApp.Idle);
        var instance = Assert.Single((await RunAsync(spec)).Instances);
        var key = Convert.ToHexStringLower(((IInstanceCredentials)Harness.Services.GetService(typeof(IInstanceCredentials))!).GetKey(spec.Unit.TenantId, instance.Id));

        var shown = await TestEngine.RunAsync("inspect", await Harness.FindAsync(instance.Id, Token));

        Assert.DoesNotContain(key, shown, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Outside_FromContainer_CannotBeReached()
    {
        // An admin host that keeps to its default: loopback.
        using var admin = new TcpListener(IPAddress.Loopback, 0);
        admin.Start();
        var port = ((IPEndPoint)admin.LocalEndpoint).Port;
        var spec = Spec(OrchestratorApp.Idle);
        var endpoint = IPEndPoint.Parse(Assert.Single((await RunAsync(spec)).Instances).Endpoint!);
        var gateway = new IPAddress([.. endpoint.Address.GetAddressBytes()[..3], (byte)(endpoint.Address.GetAddressBytes()[3] / 32 * 32 + 1)]);

        var tries = ((string[])[$"{gateway} {port}", $"172.17.0.1 {port}", "169.254.169.254 80", "192.0.2.1 80"]).Select(static address => $"nc -w 1 {address} </dev/null && echo reached {address}");
        var tried = await Orchestrator.RunCommandAsync(spec, DockerHarness.Shell(string.Join("; ", tries) + "; exit 0"), Token);

        Assert.DoesNotContain("reached", tried.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Network_Attached_HasNoAddressOfTheEnginesMachine()
    {
        var name = "tenantkit-test-gateway-" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4));
        await TestEngine.RunAsync("run", "-d", "--name", name, TestEngine.Shell, "sleep", "600");
        try
        {
            Harness.Configure = options =>
            {
                options.Reach = DockerReach.Network;
                options.Attach.Add(name);
            };
            await Harness.RestartAsync();
            var spec = Spec(OrchestratorApp.Listens);
            var instance = Assert.Single((await RunAsync(spec)).Instances);
            var endpoint = instance.Endpoint!.Split(':');

            // Whoever is attached reaches the instance, and the engine's machine does not.
            await UntilAsync(spec.Unit, _ => true, async () =>
            {
                while (!(await TestEngine.RunAsync("exec", name, "sh", "-c", $"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 1 {endpoint[0]} {endpoint[1]} || true")).Contains("hello", StringComparison.Ordinal))
                {
                    await Task.Delay(50, Token);
                }
            });
            Assert.DoesNotContain(
                System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces().SelectMany(static face => face.GetIPProperties().UnicastAddresses),
                address => address.Address.ToString().StartsWith(endpoint[0][..endpoint[0].LastIndexOf('.')], StringComparison.Ordinal) && address.PrefixLength == 27);

            await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
            Assert.Equal((0, 0, 1), await Harness.CountAsync());
        }
        finally
        {
            await TestEngine.RunAsync("rm", "-f", name);
        }
    }

    [Fact]
    public async Task Published_Instance_IsReachedOnLoopback()
    {
        Harness.Configure = static options => options.Reach = DockerReach.Published;
        await Harness.RestartAsync();
        var spec = Spec(OrchestratorApp.Listens);
        var endpoint = IPEndPoint.Parse(Assert.Single((await RunAsync(spec)).Instances).Endpoint!);

        Assert.Equal(IPAddress.Loopback, endpoint.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(endpoint, Token);
    }
}
