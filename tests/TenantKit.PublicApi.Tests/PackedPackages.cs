using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using TenantKit.PublicApi.Tests;

[assembly: AssemblyFixture(typeof(PackedPackages))]

namespace TenantKit.PublicApi.Tests;

/// <summary>All packages, packed once from the build output that the tests run from.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly string folder = Directory.CreateTempSubdirectory("tenantkit-pack-").FullName;

    public async ValueTask InitializeAsync()
    {
        // …/bin/{configuration}/{framework}/
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = Packages.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in (string[])["pack", "TenantKit.sln", "--no-build", "-c", configuration, "-o", folder, "-nodeReuse:false", "-p:WarnOnPackingNonPackableProject=false"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["CI"] = "true";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        // What the test runner tells its own process about MSBuild is not meant for this one.
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBUILD_EXE_PATH");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var expiry = new CancellationTokenSource(Longest);
        try
        {
            await process.WaitForExitAsync(expiry.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"dotnet pack did not end within {Longest}.");
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet pack ended with {process.ExitCode}:\n{await output}\n{await errors}");
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal IReadOnlyList<string> Files => [.. Directory.GetFiles(folder).Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    internal ZipArchive Open(string package, string extension) =>
        ZipFile.OpenRead(Directory.GetFiles(folder, package + ".*" + extension).Single(file => char.IsAsciiDigit(Path.GetFileName(file)[package.Length + 1])));

    internal XElement ReadMetadata(string package)
    {
        using var archive = Open(package, ".nupkg");
        using var stream = archive.GetEntry(package + ".nuspec")!.Open();
        return XDocument.Load(stream).Root!.Elements().Single(static element => element.Name.LocalName == "metadata");
    }

    internal IReadOnlyList<string> ReadDependencies(string package) =>
        [.. ReadMetadata(package).Descendants().Where(static element => element.Name.LocalName == "dependency").Select(static element => element.Attribute("id")!.Value)];
}
