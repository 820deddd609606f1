using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TenantKit.Storage.MySql.Tests.Faults;

/// <summary>Stands between a store and its server, and breaks what goes through it. Text is read to find the moment, so TLS is off.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<TcpClient, byte> clients = [];
    private readonly string host;
    private readonly int target;
    private readonly Task accepting;
    private volatile TaskCompletionSource? frozen;
    private volatile TaskCompletionSource? caught;
    private byte[] marker = [];
    private volatile Loss loss;

    public FaultProxy(string host, int target)
    {
        (this.host, this.target) = (host, target);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Whether new connections are refused.</summary>
    public bool IsDown { get; set; }

    /// <summary>Loses the next text that holds the words, once.</summary>
    /// <param name="words">Words of a statement.</param>
    /// <param name="isAnswer">True: the server gets the text and its answer is lost. False: the text itself is lost.</param>
    /// <returns>Completes when it happened.</returns>
    public Task LoseNext(string words, bool isAnswer)
    {
        caught = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        marker = System.Text.Encoding.UTF8.GetBytes(words);
        loss = isAnswer ? Loss.Answer : Loss.Text;
        return caught.Task;
    }

    /// <summary>Holds back the next text with the words, and everything after it, until <see cref="Thaw"/>.</summary>
    public Task FreezeAt(string words)
    {
        caught = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        frozen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        marker = System.Text.Encoding.UTF8.GetBytes(words);
        loss = Loss.Time;
        return caught.Task;
    }

    public void Thaw() => frozen?.TrySetResult();

    /// <summary>Breaks all connections.</summary>
    public void Cut()
    {
        foreach (var client in clients.Keys)
        {
            client.Close();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        Thaw();
        Cut();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync(stopping.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            if (IsDown)
            {
                client.Close();
                continue;
            }

            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        clients.TryAdd(client, 0);
        var dropsAnswer = new StrongBox();
        try
        {
            await server.ConnectAsync(host, target, stopping.Token);
            client.NoDelay = server.NoDelay = true;
            await await Task.WhenAny(
                PumpAsync(client, server, dropsAnswer, isText: true), PumpAsync(server, client, dropsAnswer, isText: false));
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // One side is gone: so goes the other.
        }
        finally
        {
            clients.TryRemove(client, out _);
            client.Close();
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, StrongBox dropsAnswer, bool isText)
    {
        var buffer = new byte[1 << 16];
        while (true)
        {
            var length = await from.GetStream().ReadAsync(buffer, stopping.Token);
            if (length == 0 || (!isText && dropsAnswer.IsSet))
            {
                if (dropsAnswer.IsSet)
                {
                    caught?.TrySetResult();
                }

                return;
            }

            if (isText && loss != Loss.None && buffer.AsSpan(0, length).IndexOf(marker) >= 0)
            {
                var what = loss;
                loss = Loss.None;
                if (what == Loss.Text)
                {
                    caught?.TrySetResult();
                    return;
                }

                if (what == Loss.Time)
                {
                    caught?.TrySetResult();
                    await frozen!.Task;
                }

                dropsAnswer.IsSet = what == Loss.Answer;
            }

            await to.GetStream().WriteAsync(buffer.AsMemory(0, length), stopping.Token);
        }
    }

    private enum Loss
    {
        None,
        Text,
        Answer,
        Time,
    }

    private sealed class StrongBox
    {
        public volatile bool IsSet;
    }
}
