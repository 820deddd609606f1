using System.Globalization;
using System.Text;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Logs;

/// <summary>
/// The logs of instances that ended, in the data directory: the engine forgets a container's log with the container, and a unit asleep has none.
/// One file per instance, each line with its time; of each unit the last few.
/// </summary>
internal sealed class LogArchive(EngineClient engine, IOptions<TenantKitOptions> kit, IOptions<DockerOptions> options)
{
    private const int MostLines = 100_000;
    private readonly string root = Path.Combine(kit.Value.DataDirectory, "docker", "logs");

    /// <summary>Copies the end of a container's log. A log that cannot be kept is no reason not to stop.</summary>
    public async Task KeepAsync(UnitRef unit, Container container, CancellationToken cancellationToken)
    {
        var folder = Folder(unit);
        if (options.Value.KeptLogs == 0)
        {
            return;
        }

        try
        {
            CreatePrivate(folder);
            var file = Path.Combine(folder, container.InstanceId + ".log");
            var writer = new StreamWriter(file, append: false, new UTF8Encoding(false));
            await using (writer.ConfigureAwait(false))
            {
                var query = new ContainerLogsParameters { Tail = MostLines.ToString(CultureInfo.InvariantCulture) };
                await foreach (var (at, text) in ContainerLog.ReadAsync(engine.Api, container, query, cancellationToken).ConfigureAwait(false))
                {
                    await writer.WriteAsync(at.ToString("O", CultureInfo.InvariantCulture)).ConfigureAwait(false);
                    await writer.WriteAsync(' ').ConfigureAwait(false);
                    await writer.WriteLineAsync(text).ConfigureAwait(false);
                }
            }

            foreach (var old in Files(folder).SkipLast(options.Value.KeptLogs))
            {
                File.Delete(old);
            }
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException || EngineErrors.IsOne(exception, cancellationToken))
        {
            // The disk is full, or the container was removed by somebody else meanwhile.
        }
    }

    public IEnumerable<LogLine> Read(UnitRef unit)
    {
        foreach (var file in Files(Folder(unit)))
        {
            var instance = Path.GetFileNameWithoutExtension(file);
            foreach (var line in ReadLines(file))
            {
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                if (space > 0 && DateTimeOffset.TryParse(line.AsSpan(0, space), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at))
                {
                    yield return new LogLine(at, instance, line[(space + 1)..]);
                }
            }
        }
    }

    public void Remove(UnitRef unit)
    {
        try
        {
            Directory.Delete(Folder(unit), recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // There is none, or another caller removes it.
        }
    }

    private string Folder(UnitRef unit) => Path.Combine(root, unit.TenantId);

    private static IEnumerable<string> ReadLines(string file)
    {
        try
        {
            return File.ReadLines(file);
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>By name: instance ids are ordered by their time.</summary>
    private static string[] Files(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*.log").Order(StringComparer.Ordinal)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
