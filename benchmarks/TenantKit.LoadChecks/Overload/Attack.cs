using System.Globalization;
using System.Net.Sockets;
using TenantKit.LoadChecks.Load;

namespace TenantKit.LoadChecks.Overload;

/// <summary>
/// Overloads one tenant, from a process of its own so that its work is not done by the client that measures the others. It begins at a line
/// <c>on</c> of its input, pauses at <c>off</c> and then says what it got.
/// </summary>
internal static class Attack
{
    /// <summary>Connections that each hold a slow request, more than the tenant may have in flight.</summary>
    public const int Holders = 1_500;

    private const int Hammers = 64;
    private const int SlowPaths = 100;
    private const string FastPath = "/wait?ms=0";
    private static readonly TimeSpan HolderPause = TimeSpan.FromSeconds(5);

    private static volatile bool on;
    private static Tally answers = new();

    public static async Task<int> RunAsync(string[] args)
    {
        var (port, token, perSecond) = (int.Parse(args[0], CultureInfo.InvariantCulture), args[1], double.Parse(args[2], CultureInfo.InvariantCulture));
        // Of many lengths, so that they do not end together: a thousand answers in one moment would be a burst, not an overload that lasts.
        var slow = Enumerable.Range(0, SlowPaths).Select(number => RequestBytes.Make("GET", $"/wait?ms={5_000 + (number * 100)}", "127.0.0.1", token)).ToArray();
        var fast = RequestBytes.Make("GET", FastPath, "127.0.0.1", token);
        var pace = new Pace(perSecond);
        for (var i = 0; i < Holders; i++)
        {
            _ = Task.Run(() => LoopAsync(port, () => slow[Random.Shared.Next(SlowPaths)], static answer => answer.Status == 200 ? Task.CompletedTask : Task.Delay(HolderPause * (0.5 + Random.Shared.NextDouble()))));
        }

        for (var i = 0; i < Hammers; i++)
        {
            _ = Task.Run(() => LoopAsync(port, () => fast, _ => pace.NextAsync()));
        }

        while (await Console.In.ReadLineAsync() is { } line)
        {
            on = line == "on";
            if (on)
            {
                answers = new Tally();
                pace.Restart();
            }
            else
            {
                Console.WriteLine(answers);
            }
        }

        return 0;
    }

    private static async Task LoopAsync(int port, Func<byte[]> next, Func<Answer, Task> pauseAsync)
    {
        using var client = new Client(port);
        while (true)
        {
            if (!on)
            {
                await Task.Delay(50);
                continue;
            }

            try
            {
                var answer = await client.SendAsync(next());
                answers.Add(answer.Describe());
                await pauseAsync(answer);
            }
            catch (Exception exception) when (exception is SocketException or ConnectionLostException)
            {
                answers.Add(exception.Message);
                await Task.Delay(HolderPause);
            }
        }
    }
}
