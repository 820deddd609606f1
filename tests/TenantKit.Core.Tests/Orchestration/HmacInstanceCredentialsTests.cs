using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using TenantKit.Orchestration.Credentials;

namespace TenantKit.Core.Tests.Orchestration;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class HmacInstanceCredentialsTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("tenantkit-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void GetKey_SameIds_IsTheSameOverRestarts()
    {
        var key = Credentials().GetKey("tenant", "instance");

        Assert.Equal(32, key.Length);
        Assert.Equal(key, Credentials().GetKey("tenant", "instance"));
        Assert.NotEqual(key, Credentials().GetKey("tenant", "instance2"));
        Assert.NotEqual(key, Credentials().GetKey("tenanti", "nstance"));
        var secret = File.ReadAllBytes(Path.Combine(directory, "keys", "instance.key"));
        Assert.Equal(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes("tenantkit-instance\0tenant\0instance")), key);
    }

    [Fact]
    public void GetKey_Secret_IsReadableByTheHostsUserAlone()
    {
        Credentials().GetKey("tenant", "instance");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory, "keys", "instance.key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(directory, "keys")));
        Assert.Single(Directory.GetFiles(Path.Combine(directory, "keys")));
    }

    [Fact]
    public async Task GetKey_ManyHostsAtOnce_AgreeOnOneSecret()
    {
        for (var round = 0; round < 50; round++)
        {
            var options = Options.Create(new TenantKitOptions { DataDirectory = Path.Combine(directory, $"{round}") });
            using var together = new Barrier(8);
            var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait(TestContext.Current.CancellationToken);
                    return Convert.ToHexString(new HmacInstanceCredentials(options).GetKey("t", "i"));
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));

            Assert.Single(keys.Distinct());
        }
    }

    [Fact]
    public void GetKey_DamagedSecret_SaysWhatToDo()
    {
        Directory.CreateDirectory(Path.Combine(directory, "keys"));
        var path = Path.Combine(directory, "keys", "instance.key");
        File.WriteAllBytes(path, new byte[5]);

        var error = Assert.Throws<InvalidOperationException>(() => Credentials().GetKey("t", "i"));

        Assert.Equal($"'{path}' holds 5 bytes instead of 32: it is damaged. Restore it from a backup; or remove it, and every running instance is restarted with a new key.", error.Message);
    }

    private HmacInstanceCredentials Credentials() => new(Options.Create(new TenantKitOptions { DataDirectory = directory }));
}
