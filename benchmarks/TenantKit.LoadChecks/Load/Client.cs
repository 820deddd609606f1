using System.Net.Sockets;

namespace TenantKit.LoadChecks.Load;

/// <summary>A caller with one connection to one gateway, opened again when it has ended.</summary>
internal sealed class Client(int port) : IDisposable
{
    // Longer than anything that a gateway promises to answer within.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private RawConnection? connection;

    /// <summary>Sends a request once.</summary>
    /// <exception cref="SocketException">No connection: it has not been sent.</exception>
    /// <exception cref="ConnectionLostException">The connection ended before the answer did.</exception>
    public async Task<Answer> SendAsync(ReadOnlyMemory<byte> request, bool isHead = false)
    {
        using var limit = new CancellationTokenSource(Patience);
        if (connection is { HasEnded: true })
        {
            Close();
        }

        connection ??= await RawConnection.OpenAsync(port, limit.Token);
        try
        {
            var answer = await connection.SendAsync(request, isHead, limit.Token);
            if (answer.Closes)
            {
                Close();
            }

            return answer;
        }
        catch (Exception exception)
        {
            Close();
            throw exception is OperationCanceledException ? new ConnectionLostException($"no answer within {Patience.TotalSeconds} s", hadAnswer: false) : exception;
        }
    }

    public void Dispose() => Close();

    private void Close()
    {
        connection?.Dispose();
        connection = null;
    }
}
