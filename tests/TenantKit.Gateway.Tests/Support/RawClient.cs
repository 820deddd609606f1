using System.Net.Sockets;
using System.Text;

namespace TenantKit.Gateway.Tests.Support;

/// <summary>Sends bytes exactly as given, and reads what comes back.</summary>
internal static class RawClient
{
    /// <summary>The answers' bytes, read until the server closes or is silent.</summary>
    public static async Task<string> SendAsync(Uri server, string request, TimeSpan? patience = null)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        var text = new StringBuilder();
        var buffer = new byte[16384];
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        try
        {
            while (true)
            {
                silence.CancelAfter(text.Length == 0 ? patience ?? TimeSpan.FromSeconds(10) : TimeSpan.FromMilliseconds(250));
                var read = await stream.ReadAsync(buffer, silence.Token);
                if (read == 0)
                {
                    break;
                }

                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        return text.ToString();
    }

    /// <summary>The status of the first answer; 0 when there was none.</summary>
    public static int Status(string answer) =>
        answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture) : 0;
}
