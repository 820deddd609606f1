using Microsoft.Extensions.Options;
using TenantKit.Control;
using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.Routing;
using TenantKit.Routing;
using TenantKit.Tenants;

namespace TenantKit.Gateway.Tests.Routing;

/// <summary>A snapshot comes back as it was written, or not at all.</summary>
public sealed class SnapshotFileTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly AccessTokenKeys Keys = new("issuer", "audience", "{\"keys\":[]}");
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tenantkit-snapshot-");
    private readonly IdentityKey key;
    private readonly SnapshotFile file;

    public SnapshotFileTests()
    {
        key = Key("keys");
        file = new SnapshotFile(folder.FullName, key);
    }

    [Fact]
    public void Read_WhereThereIsNone_GivesNone() => Assert.Null(file.Read());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(1_203)]
    public void Read_OfWhatWasWritten_IsTheSame(int routes)
    {
        file.Write(Snapshot(routes, "older"));
        file.Write(Snapshot(routes, "secret-tenant"));

        var read = file.Read()!;

        Assert.Equal((routes, 77L, "first", Keys, Now), (read.Table.Routes.Count, read.Table.Revision, read.Table.Epoch, read.Keys, read.WrittenAt));
        foreach (var (expected, got) in Snapshot(routes, "secret-tenant").Table.Routes.Zip(read.Table.Routes))
        {
            Assert.Equal(expected with { Instances = got.Instances, AnonymousPaths = got.AnonymousPaths }, got);
            Assert.Equal(expected.Instances[0].Key.ToArray(), got.Instances[0].Key.ToArray());
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.Path));
        }

        Assert.Single(folder.GetFiles());
        Assert.DoesNotContain("secret-tenant", File.ReadAllText(file.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAFileWithAnyByteChanged_IsRefused()
    {
        file.Write(Snapshot(501, "t"));
        var good = File.ReadAllBytes(file.Path);
        for (var at = 0; at < good.Length; at += at < 200 || at > good.Length - 200 ? 1 : 997)
        {
            var bad = good.ToArray();
            bad[at] ^= 1;
            File.WriteAllBytes(file.Path, bad);

            Assert.Throws<InvalidDataException>(file.Read);
        }
    }

    [Fact]
    public void Read_OfAFileCutShortAnywhere_IsRefused()
    {
        file.Write(Snapshot(1_001, "t"));
        var good = File.ReadAllBytes(file.Path);
        for (var length = 0; length < good.Length; length += length < 300 ? 1 : 1_009)
        {
            File.WriteAllBytes(file.Path, good[..length]);

            Assert.Throws<InvalidDataException>(file.Read);
        }
    }

    [Fact]
    public void Read_OfAFileOfAnotherInstallation_IsRefused()
    {
        using var foreign = Key("other-keys");
        new SnapshotFile(folder.FullName, foreign).Write(Snapshot(3, "t"));

        Assert.Contains("another key", Assert.Throws<InvalidDataException>(file.Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAnotherFormat_IsRefused()
    {
        file.Write(Snapshot(3, "t"));
        var bytes = File.ReadAllBytes(file.Path);
        bytes[7] = (byte)'0';
        File.WriteAllBytes(file.Path, bytes);

        Assert.Contains("another format", Assert.Throws<InvalidDataException>(file.Read).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        key.Dispose();
        folder.Delete(recursive: true);
    }

    private IdentityKey Key(string name) => new(Options.Create(new TenantGatewayOptions { KeyDirectory = folder.CreateSubdirectory(name).FullName }));

    private static RouteSnapshot Snapshot(int routes, string prefix) => new(
        new RouteList(
            [
                .. Enumerable.Range(0, routes).Select(number => new Route
                {
                    TenantId = $"{prefix}{number}",
                    TenantName = $"name{number}",
                    State = number % 2 == 0 ? RouteState.Active : RouteState.Suspended,
                    Instances = [new RouteInstance($"i{number}", "127.0.0.1:80", false, InstanceClaim.Ready, new byte[] { 1, (byte)number }, Now)],
                    AnonymousPaths = ["/hooks"],
                    Revision = number,
                }),
            ],
            77) { Epoch = "first" },
        Keys,
        Now);
}
