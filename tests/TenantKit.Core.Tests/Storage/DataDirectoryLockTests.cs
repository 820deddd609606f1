using TenantKit.Storage;

namespace TenantKit.Core.Tests.Storage;

public sealed class DataDirectoryLockTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tenantkit-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Acquire_HeldByAnother_SaysWhatToDo()
    {
        using var first = new DataDirectoryLock(folder);
        using var second = new DataDirectoryLock(folder);
        first.Acquire();

        var exception = Assert.Throws<StoreUnavailableException>(second.Acquire);

        Assert.Equal(
            $"The data directory '{folder}' is used by another TenantKit host (process {Environment.ProcessId}). Stop it, or give this host a directory of its own through TenantKit:DataDirectory.",
            exception.Message);
    }

    [Fact]
    public void Acquire_Released_Succeeds()
    {
        using var first = new DataDirectoryLock(folder);
        using var second = new DataDirectoryLock(folder);
        first.Acquire();
        first.Acquire();
        first.Dispose();

        second.Acquire();

        Assert.Throws<StoreUnavailableException>(first.Acquire);
    }

    [Fact]
    public void Acquire_MissingDirectory_MakesIt()
    {
        var missing = Path.Combine(folder, "a", "b");
        using var sut = new DataDirectoryLock(missing);

        sut.Acquire();

        Assert.True(File.Exists(Path.Combine(missing, DataDirectoryLock.FileName)));
    }

    [Fact]
    public void Acquire_FileInPlaceOfTheDirectory_SaysWhatToDo()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        using var sut = new DataDirectoryLock(file);

        var exception = Assert.Throws<StoreUnavailableException>(sut.Acquire);

        Assert.StartsWith($"The data directory '{file}' cannot be written: ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("Make it writable, or name another through TenantKit:DataDirectory.", exception.Message, StringComparison.Ordinal);
    }
}
