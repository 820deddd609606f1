using System.Globalization;
using Microsoft.Extensions.Options;

namespace TenantKit.Storage;

/// <summary>Keeps a second host away from a data directory, by an exclusive lock on the file <c>host.lock</c> in it.</summary>
/// <remarks>
/// Thread-safe. The operating system releases the lock when the process ends, however it ends; the file itself stays and means nothing.
/// The lock is not passed on to child processes.
/// </remarks>
public sealed class DataDirectoryLock : IDisposable
{
    /// <summary>Name of the lock file.</summary>
    public const string FileName = "host.lock";

    private const string OwnerFileName = "host.pid";

    // What the runtime reports for a file that another process holds: errno on Unix, the Win32 code as HRESULT on Windows.
    private const int WouldBlock = 11;
    private const int WouldBlockOnApple = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    private readonly Lock gate = new();
    private FileStream? held;

    /// <summary>Prepares the lock of the configured data directory; <see cref="Acquire"/> takes it.</summary>
    /// <param name="options">The settings of the control plane.</param>
    public DataDirectoryLock(IOptions<TenantKitOptions> options)
        : this((options ?? throw new ArgumentNullException(nameof(options))).Value.DataDirectory)
    {
    }

    /// <summary>Prepares the lock of a directory; <see cref="Acquire"/> takes it.</summary>
    /// <param name="directory">The directory.</param>
    public DataDirectoryLock(string directory) => DataDirectory = Path.GetFullPath(directory);

    /// <summary>The directory, as a full path.</summary>
    public string DataDirectory { get; }

    /// <summary>Makes the directory if it is missing and takes the lock for the life of this object. Does nothing when it is held already.</summary>
    /// <exception cref="StoreUnavailableException">Another host uses the directory, or it cannot be written; the message says what to do.</exception>
    public void Acquire()
    {
        lock (gate)
        {
            held ??= Open();
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            held?.Dispose();
            held = null;
        }
    }

    private FileStream Open()
    {
        var path = Path.Combine(DataDirectory, FileName);
        try
        {
            Directory.CreateDirectory(DataDirectory);
            var taken = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            NoteOwner();
            return taken;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new StoreUnavailableException(Explain(exception), exception);
        }
    }

    /// <summary>The locked file cannot be read by others, so a second one tells who holds it. It is a help to people, not the lock.</summary>
    private void NoteOwner()
    {
        try
        {
            File.WriteAllText(Path.Combine(DataDirectory, OwnerFileName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whether the directory can be written shows where it matters; a missing note only makes a message poorer.
        }
    }

    private string Owner()
    {
        try
        {
            return $" (process {File.ReadAllText(Path.Combine(DataDirectory, OwnerFileName)).Trim()})";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private string Explain(Exception exception) => exception.HResult is WouldBlock or WouldBlockOnApple or SharingViolation
        ? $"The data directory '{DataDirectory}' is used by another TenantKit host{Owner()}. Stop it, or give this host a directory of its own through TenantKit:DataDirectory."
        : $"The data directory '{DataDirectory}' cannot be written: {exception.Message} Make it writable, or name another through TenantKit:DataDirectory.";
}
