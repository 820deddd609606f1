using System.Net.Sockets;
using TenantKit.LoadChecks.Hosting;
using TenantKit.LoadChecks.Load;

namespace TenantKit.LoadChecks.Cycles;

/// <summary>
/// A tenant that is woken by requests, put to sleep by idleness or by the Admin API, and woken again, with requests that meet every stage of it. A
/// cycle is counted when an instance answers that has not answered before.
/// </summary>
internal sealed class CyclingTenant(Installation installation, TenantUser tenant, Random random, CycleCount count)
{
    private const int MostCompanions = 3;
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LongestRace = TimeSpan.FromMilliseconds(300);

    private readonly byte[] request = RequestBytes.Make("GET", "/item", "127.0.0.1", tenant.Token);
    private string last = string.Empty;

    public async Task RunAsync()
    {
        var clients = Enumerable.Range(0, MostCompanions).Select(_ => new Client(installation.Gateways[0].Port)).ToList();
        while (!count.IsReached)
        {
            // Now and then several come at once: they share one wake.
            var callers = random.Next(4) == 0 ? MostCompanions : 1;
            await Task.WhenAll(clients.Take(callers).Select(AskUntilServedAsync));
            if (random.Next(2) == 0)
            {
                await Task.Delay(LongestIdle * random.NextDouble());
                continue;
            }

            await installation.Admin.CommandAsync(tenant.UserId, "stop");
            await Task.Delay(LongestRace * random.NextDouble());
        }

        clients.ForEach(static client => client.Dispose());
    }

    private async Task AskUntilServedAsync(Client client)
    {
        while (!count.IsReached)
        {
            Answer answer;
            try
            {
                answer = await client.SendAsync(request);
            }
            catch (Exception exception) when (exception is SocketException or ConnectionLostException)
            {
                count.Failed($"connection {exception.Message}");
                return;
            }

            if (answer.Status == 200)
            {
                count.Answered(IsNew(answer.Body[(answer.Body.LastIndexOf(' ') + 1)..]));
                return;
            }

            if (!answer.IsRefusal)
            {
                count.Failed(answer.Describe());
                return;
            }

            count.Refused(answer.Describe());
            await Task.Delay(TimeSpan.FromSeconds(answer.RetryAfter!.Value));
        }
    }

    private bool IsNew(string instance)
    {
        lock (request)
        {
            var isNew = last != instance;
            last = instance;
            return isNew;
        }
    }
}
