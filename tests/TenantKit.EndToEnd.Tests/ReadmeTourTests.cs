using System.Diagnostics;
using System.Text.RegularExpressions;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>The commands of the README do what it says.</summary>
public sealed partial class ReadmeTourTests(SharedHost shared)
{
    [Fact]
    public Task FiveMinuteTour_AgainstARunningHost_Succeeds() => RunAsync(shared.Host.Settings);

    internal static async Task RunAsync(HostSettings settings)
    {
        var readme = await File.ReadAllTextAsync(Assemblies.Metadata("Readme"), TestContext.Current.CancellationToken);
        var tour = FirstBlock().Match(readme[readme.IndexOf("Five-minute tour", StringComparison.Ordinal)..]).Groups["block"].Value;
        Assert.NotEmpty(tour);
        var start = new ProcessStartInfo("bash", ["-eu", "-s"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ADMIN"] = settings.AdminUrl;
        start.Environment["GATEWAY"] = settings.GatewayUrl;
        start.Environment["ADMIN_PASSWORD"] = HostSettings.Password;

        using var bash = Process.Start(start)!;
        await bash.StandardInput.WriteAsync(tour);
        bash.StandardInput.Close();
        var output = bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(bash.ExitCode == 0, $"Exit code {bash.ExitCode}.{Environment.NewLine}{await output}{Environment.NewLine}{await errors}");
    }

    [GeneratedRegex(@"^```sh\r?\n(?<block>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FirstBlock();
}
