using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using TenantKit.Docker.Engine;

namespace TenantKit.Docker.Logs;

/// <summary>Reads the lines of one container, each with the time at which the engine took it in.</summary>
internal static class ContainerLog
{
    private const int MaxLine = 64 * 1024;

    /// <summary>The lines, oldest first. A line that has no end yet is given when the stream ends.</summary>
    public static async IAsyncEnumerable<(DateTimeOffset At, string Text)> ReadAsync(
        DockerClient api, Container container, ContainerLogsParameters query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        query.ShowStdout = query.ShowStderr = query.Timestamps = true;
        using var stream = await OpenAsync(api, container, query, cancellationToken).ConfigureAwait(false);
        var buffer = new byte[32 * 1024];
        Dictionary<MultiplexedStream.TargetStream, MemoryStream> open = [];
        while (await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false) is { EOF: false } read)
        {
            if (!open.TryGetValue(read.Target, out var line))
            {
                open[read.Target] = line = new MemoryStream();
            }

            var from = 0;
            for (var end = Array.IndexOf(buffer, (byte)'\n', 0, read.Count); end >= 0; end = Array.IndexOf(buffer, (byte)'\n', from, read.Count - from))
            {
                Append(line, buffer.AsSpan(from, end - from));
                yield return Parse(line);
                line.SetLength(0);
                from = end + 1;
            }

            Append(line, buffer.AsSpan(from, read.Count - from));
        }

        foreach (var rest in open.Values.Where(static line => line.Length > 0))
        {
            yield return Parse(rest);
        }
    }

    /// <summary>What runs on another node of a swarm has no container here: the swarm brings its log.</summary>
    private static Task<MultiplexedStream> OpenAsync(DockerClient api, Container container, ContainerLogsParameters query, CancellationToken cancellationToken) =>
        container.LocalId is { } local
            ? api.Containers.GetContainerLogsAsync(local, query, cancellationToken)
            : api.Swarm.GetServiceLogsAsync(
                container.Id,
                tty: false,
                new ServiceLogsParameters { ShowStdout = true, ShowStderr = true, Timestamps = true, Follow = query.Follow, Since = query.Since, Tail = query.Tail },
                cancellationToken);

    private static void Append(MemoryStream line, ReadOnlySpan<byte> bytes) => line.Write(bytes[..(int)Math.Min(bytes.Length, Math.Max(0, MaxLine - line.Length))]);

    private static (DateTimeOffset At, string Text) Parse(MemoryStream line)
    {
        var text = Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length).TrimEnd('\r');
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && DateTimeOffset.TryParse(text.AsSpan(0, space), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? (at, text[(space + 1)..])
            : (DateTimeOffset.MinValue, text);
    }
}
