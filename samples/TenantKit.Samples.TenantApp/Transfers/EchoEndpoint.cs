using System.Net.WebSockets;
using TenantKit.Samples.TenantApp.Answers;

namespace TenantKit.Samples.TenantApp.Transfers;

/// <summary>Sends back every frame as it comes. Says 1001 when the app stops.</summary>
internal static class EchoEndpoint
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    public static async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "not_a_websocket", "Connect with a WebSocket client.");
        }

        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using var sending = new SemaphoreSlim(1);
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var goodbye = Task.CompletedTask;
        var registration = stopping.Register(() => goodbye = SayGoodbyeAsync(socket, sending, abort, time));
        try
        {
            await EchoAsync(socket, sending, abort.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The client is gone, or did not answer the goodbye in time.
        }
        finally
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            await goodbye.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task EchoAsync(WebSocket socket, SemaphoreSlim sending, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var frame = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
            await sending.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (frame.MessageType == WebSocketMessageType.Close)
                {
                    if (socket.State == WebSocketState.CloseReceived)
                    {
                        await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
                    }

                    return;
                }

                if (socket.State == WebSocketState.Open)
                {
                    await socket.SendAsync(buffer.AsMemory(0, frame.Count), frame.MessageType, frame.EndOfMessage, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                sending.Release();
            }
        }
    }

    /// <summary>Only the output is closed: a cancelled receive would break the connection instead of ending it.</summary>
    private static async Task SayGoodbyeAsync(WebSocket socket, SemaphoreSlim sending, CancellationTokenSource abort, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(CloseTimeout, time);
        await using var cut = limit.Token.Register(abort.Cancel);
        await sending.WaitAsync(limit.Token).ConfigureAwait(false);
        try
        {
            if (socket.State == WebSocketState.Open)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "The app is stopping.", limit.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            sending.Release();
        }

        // The answer to the close ends the receive loop; without one the connection is cut.
        abort.CancelAfter(CloseTimeout);
    }
}
