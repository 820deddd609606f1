using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TenantKit.Core.Tests.Probing;

/// <summary>Answers each connection with what a function makes of the request's path.</summary>
internal sealed class StubInstance : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Task running;

    public StubInstance(Func<string, string> answer)
    {
        listener.Start();
        running = RunAsync(answer);
    }

    public string Endpoint => listener.LocalEndpoint.ToString()!;

    public List<string> Requests { get; } = [];

    public static string Ok(string body = "") => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    public static string Status(int status, string headers = "") => $"HTTP/1.1 {status} X\r\n{headers}Content-Length: 0\r\n\r\n";

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await running;
        listener.Dispose();
        ending.Dispose();
    }

    private async Task RunAsync(Func<string, string> answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(ending.Token);
                await using var stream = client.GetStream();
                var buffer = new byte[8192];
                var length = await stream.ReadAsync(buffer, ending.Token);
                if (length == 0)
                {
                    continue;
                }

                var request = Encoding.ASCII.GetString(buffer, 0, length);
                Requests.Add(request);
                var text = answer(request.Split(' ')[1]);
                if (text.Length == 0)
                {
                    await Task.Delay(Timeout.Infinite, ending.Token);
                }

                try
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(text), ending.Token);
                }
                catch (IOException)
                {
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }
}
