using Microsoft.Extensions.DependencyInjection;
using TenantKit.Admin.SignIn;
using TenantKit.Admin.Tests.Hosting;

namespace TenantKit.Admin.Tests.SignIn;

public sealed class BootstrapTests
{
    [Fact]
    public async Task Start_WithoutPassword_GeneratesOneAndHandsItOutOnce()
    {
        await using var host = await AdminHost.StartAsync(settings: new() { ["TenantKit:BootstrapAdmin:Password"] = null, ["TenantKit:BootstrapAdmin:UserName"] = "root" });
        var result = host.App.Services.GetRequiredService<BootstrapResult>();

        var password = result.TakePassword();

        Assert.Equal("root", result.CreatedUserName);
        Assert.True(password!.Length >= 20);
        Assert.Null(result.TakePassword());
        using var client = await host.SignInAsync("root", password);
        Assert.Equal("administrator", (await client.GetJsonAsync("/api/auth/me")).Text("role"));
    }

    [Fact]
    public async Task Start_WithPassword_TellsNone()
    {
        await using var host = await AdminHost.StartAsync();
        var result = host.App.Services.GetRequiredService<BootstrapResult>();

        Assert.Equal("admin", result.CreatedUserName);
        Assert.Null(result.TakePassword());
    }

    [Fact]
    public async Task Start_WithBadPassword_SaysWhatToDo()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => AdminHost.StartAsync(settings: new() { ["TenantKit:BootstrapAdmin:Password"] = "short" }));

        Assert.Equal(
            "The first administrator cannot be created: A password has 12 to 128 characters. Leave it out to have one generated. Set TenantKit:BootstrapAdmin:UserName and :Password accordingly.",
            exception.Message);
    }

    [Fact]
    public async Task Start_WithAnAdministrator_LeavesItAlone()
    {
        await using var host = await AdminHost.StartAsync();
        var again = host.App.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<BootstrapAdministrator>().Single();
        host.App.Services.GetRequiredService<BootstrapResult>().Set("nobody", null);

        await again.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal("nobody", host.App.Services.GetRequiredService<BootstrapResult>().CreatedUserName);
    }

    [Fact]
    public async Task KeyFile_IsPrivateAndKept()
    {
        await using var host = await AdminHost.StartAsync();
        var path = Path.Combine(host.Folder, "keys", "access-token.key");

        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!, "access-token*"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        var options = Microsoft.Extensions.Options.Options.Create(new TenantKitOptions { DataDirectory = host.Folder });
        using var again = new AccessTokenKey(options);
        Assert.Equal(host.App.Services.GetRequiredService<AccessTokenKey>().SecurityKey.KeyId, again.SecurityKey.KeyId);
    }

    [Fact]
    public void KeyFile_ThatIsDamaged_SaysWhatToDo()
    {
        var folder = Directory.CreateTempSubdirectory("tenantkit-key-");
        Directory.CreateDirectory(Path.Combine(folder.FullName, "keys"));
        File.WriteAllText(Path.Combine(folder.FullName, "keys", "access-token.key"), "not a key");

        var exception = Assert.Throws<InvalidOperationException>(
            () => new AccessTokenKey(Microsoft.Extensions.Options.Options.Create(new TenantKitOptions { DataDirectory = folder.FullName })));

        Assert.EndsWith("Make TenantKit:KeyDirectory (or keys in TenantKit:DataDirectory) writable, or remove a damaged key file.", exception.Message);
        folder.Delete(recursive: true);
    }
}
