using Microsoft.Extensions.Options;
using TenantKit.Control.Remote;

namespace TenantKit.Remote.Tests;

/// <summary>Without a good secret, or where it would be given away, nothing starts.</summary>
public sealed class SecretTests
{
    [Fact]
    public void Options_WithoutAddressAndToken_NameBoth()
    {
        using var gateway = new GatewaySide([], "");

        var error = Assert.Throws<OptionsValidationException>(() => gateway.Options);

        Assert.Contains("Addresses is empty", error.Message, StringComparison.Ordinal);
        Assert.Contains("No gateway token is set", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5083", false, true)]
    [InlineData("https://control.example.com:5083", false, true)]
    [InlineData("http://control.example.com:5083", false, false)]
    [InlineData("http://control.example.com:5083", true, true)]
    [InlineData("https://control.example.com/path", false, false)]
    public void Address_InClearTextOverANetwork_IsRefusedUnlessAllowed(string address, bool allowed, bool isRight) =>
        Assert.Equal(isRight, GatewayAddress.Judge(address, allowed, "S", "Url") is null);

    [Fact]
    public void TokenFile_ThatOthersCanRead_IsRefused()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"{ControlHost.Token}\nsecond-token-of-at-least-32-characters\n");
            Assert.True(GatewayTokens.TryRead(null, file, "S", out var tokens, out _));
            Assert.Equal(ControlHost.Token, tokens.Current);
            Assert.True(tokens.Matches("second-token-of-at-least-32-characters"));
            Assert.False(tokens.Matches("third-token-of-at-least-32-characters"));

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
                Assert.False(GatewayTokens.TryRead(null, file, "S", out _, out var error));
                Assert.Contains("chmod 600", error, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Token_ThatIsTooShort_IsRefusedWithoutBeingShown()
    {
        Assert.False(GatewayTokens.TryRead("short-secret", null, "S", out _, out var error));
        Assert.DoesNotContain("short-secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyFile_OfTheControlPlane_MakesTheSameTokenOnBothSides()
    {
        var folder = Directory.CreateTempSubdirectory("tenantkit-key-");
        try
        {
            using var made = GatewayKeyFile.ReadOrCreate(folder.FullName, "S:KeyDirectory");
            using var copied = GatewayKeyFile.Read(folder.FullName, "S:KeyDirectory");

            Assert.True(GatewayTokens.FromKey(made).Matches(GatewayTokens.FromKey(copied).Current));
            Assert.True(GatewayTokens.FromKey(made).Current.Length >= GatewayTokens.MinLength);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.FullName, GatewayKeyFile.FileName)));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void KeyFile_ThatAGatewayCannotFind_IsNamedAndNotMade()
    {
        var folder = Directory.CreateTempSubdirectory("tenantkit-key-");
        try
        {
            using var gateway = new GatewaySide([new Uri("http://127.0.0.1:1")], "", folder.FullName);

            var error = Assert.Throws<OptionsValidationException>(() => gateway.Options).Message;

            Assert.Contains(Path.Combine(folder.FullName, GatewayKeyFile.FileName), error, StringComparison.Ordinal);
            Assert.Contains("TenantKit:Gateway:KeyDirectory", error, StringComparison.Ordinal);
            Assert.Empty(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task KeyFile_OfTheControlPlane_LetsItsGatewaysIn()
    {
        var folder = Directory.CreateTempSubdirectory("tenantkit-key-");
        try
        {
            await using var host = await ControlHost.StartAsync(keyDirectory: folder.FullName);
            using var gateway = new GatewaySide([host.Url], "", folder.FullName);
            using var stranger = new GatewaySide([host.Url]);

            await gateway.Feed.ListAsync(TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<TenantKit.Control.ControlPlaneUnavailableException>(() => stranger.Feed.ListAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
