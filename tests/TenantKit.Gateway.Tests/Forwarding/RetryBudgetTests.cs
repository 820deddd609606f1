using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Forwarding;

public sealed class RetryBudgetTests
{
    [Fact]
    public void Retries_WithoutRequests_AreThree()
    {
        var budget = new RetryBudget();

        Assert.Equal(3, Enumerable.Range(0, 100).Count(_ => budget.TryTake(1000)));
        Assert.False(budget.TryTake(1009));
        Assert.True(budget.TryTake(1010));
    }

    [Fact]
    public void Retries_OfAnyTenSeconds_AreAtMostAFifthOfTheRequestsAndThree()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 50; round++)
        {
            var (budget, log) = (new RetryBudget(), new List<(long Second, bool Retry)>());
            var second = (long)random.Next(1_000_000);
            for (var i = 0; i < 2_000; i++)
            {
                second += random.Next(20) == 0 ? random.Next(4) : 0;
                log.Add((second, false));
                budget.Count(second);
                for (var j = random.Next(3); j > 0; j--)
                {
                    if (budget.TryTake(second))
                    {
                        log.Add((second, true));
                        var window = log.Where(entry => entry.Second > second - 10).ToList();
                        var (requests, retries) = (window.Count(static entry => !entry.Retry), window.Count(static entry => entry.Retry));
                        Assert.True(retries <= (0.2 * requests) + 3, $"seed {random.Seed}, round {round}: {retries} of {requests}");
                    }
                }
            }
        }
    }
}
