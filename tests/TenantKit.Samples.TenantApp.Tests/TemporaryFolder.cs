namespace TenantKit.Samples.TenantApp.Tests;

/// <summary>A tenant's volume for one test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tenantapp-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
