using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TenantKit.LoadChecks.Load;

/// <summary>
/// One HTTP/1.1 connection over a bare socket. Each request is sent exactly once: what a client library would try again by itself, and so hide, is
/// seen here. Not for several requests at a time.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket socket;
    private byte[] buffer = new byte[16 << 10];
    private int start;
    private int end;

    private RawConnection(Socket socket) => this.socket = socket;

    /// <summary>Connects to a port of this machine.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<RawConnection> OpenAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            return new RawConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>True when the other side has ended it since its last answer: any client looks before it sends.</summary>
    public bool HasEnded => socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    /// <summary>Sends a request and reads its answer.</summary>
    /// <exception cref="ConnectionLostException">The connection ended before the answer did.</exception>
    public async Task<Answer> SendAsync(ReadOnlyMemory<byte> request, bool isHead, CancellationToken cancellationToken)
    {
        try
        {
            for (var sent = 0; sent < request.Length;)
            {
                sent += await socket.SendAsync(request[sent..], SocketFlags.None, cancellationToken);
            }
        }
        catch (SocketException exception)
        {
            throw new ConnectionLostException($"while sending: {exception.SocketErrorCode}", hadAnswer: false);
        }

        int headEnd;
        while ((headEnd = buffer.AsSpan(start, end - start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await FillAsync(end > start, cancellationToken);
        }

        var head = Encoding.ASCII.GetString(buffer, start, headEnd + 2);
        start += headEnd + 4;
        var status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
        var retryAfter = Field(head, "Retry-After") is { } seconds ? int.Parse(seconds, CultureInfo.InvariantCulture) : (int?)null;
        var closes = string.Equals(Field(head, "Connection"), "close", StringComparison.OrdinalIgnoreCase);
        var body = isHead || status is 204 or 304 ? string.Empty
            : Field(head, "Content-Length") is { } length ? await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellationToken)
            : Field(head, "Transfer-Encoding") is not null ? await TakeChunksAsync(cancellationToken)
            : string.Empty;
        return new Answer(status, retryAfter, body, closes);
    }

    public void Dispose() => socket.Dispose();

    private static string? Field(string head, string name)
    {
        for (var at = head.IndexOf("\r\n", StringComparison.Ordinal); at >= 0 && at + 2 < head.Length; at = head.IndexOf("\r\n", at + 2, StringComparison.Ordinal))
        {
            var line = head.AsSpan(at + 2);
            if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                line = line[(name.Length + 1)..];
                return line[..line.IndexOf("\r\n")].Trim().ToString();
            }
        }

        return null;
    }

    private async Task<string> TakeChunksAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        while (true)
        {
            int lineEnd;
            while ((lineEnd = buffer.AsSpan(start, end - start).IndexOf("\r\n"u8)) < 0)
            {
                await FillAsync(hadAnswer: true, cancellationToken);
            }

            var size = int.Parse(Encoding.ASCII.GetString(buffer, start, lineEnd), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            start += lineEnd + 2;
            text.Append(await TakeAsync(size, cancellationToken));
            await TakeAsync(2, cancellationToken);
            if (size == 0)
            {
                return text.ToString();
            }
        }
    }

    private async Task<string> TakeAsync(int length, CancellationToken cancellationToken)
    {
        while (end - start < length)
        {
            await FillAsync(hadAnswer: true, cancellationToken);
        }

        var text = Encoding.UTF8.GetString(buffer, start, length);
        start += length;
        return text;
    }

    private async Task FillAsync(bool hadAnswer, CancellationToken cancellationToken)
    {
        if (start == end)
        {
            start = end = 0;
        }
        else if (end == buffer.Length)
        {
            var grown = start > 0 ? buffer : new byte[buffer.Length * 2];
            buffer.AsSpan(start, end - start).CopyTo(grown);
            (buffer, end, start) = (grown, end - start, 0);
        }

        int read;
        try
        {
            read = await socket.ReceiveAsync(buffer.AsMemory(end), SocketFlags.None, cancellationToken);
        }
        catch (SocketException exception)
        {
            throw new ConnectionLostException($"while reading: {exception.SocketErrorCode}", hadAnswer);
        }

        end += read > 0 ? read : throw new ConnectionLostException("closed", hadAnswer);
    }
}
