using TenantKit.Storage.MySql.Connections;
using TenantKit.Testing.Virtual;

namespace TenantKit.Storage.MySql.Tests;

public sealed class RetryRulesTests
{
    private readonly RetryRules rules = new(new SeededRandom(1));

    [Theory]
    [InlineData(nameof(MySqlFaultKind.Busy), 10, 200)]
    [InlineData(nameof(MySqlFaultKind.Connection), 50, 800)]
    [InlineData(nameof(MySqlFaultKind.ReadOnly), 50, 800)]
    [InlineData(nameof(MySqlFaultKind.TooManyConnections), 50, 800)]
    public void After_WhatPasses_IsTriedFiveTimesWithJitter(string name, int shortest, int longest)
    {
        var kind = Enum.Parse<MySqlFaultKind>(name);
        var waits = Enumerable.Range(1, 4).Select(attempt => rules.After(new MySqlFault(kind, 1, ""), attempt, isUncertain: false)!.Value.TotalMilliseconds).ToList();

        Assert.All(waits, wait => Assert.InRange(wait, shortest, longest));
        Assert.Null(rules.After(new MySqlFault(kind, 1, ""), 5, isUncertain: false));
        Assert.True(Enumerable.Range(0, 20).Select(_ => rules.After(new MySqlFault(kind, 1, ""), 3, isUncertain: false)).Distinct().Count() > 1);
    }

    [Theory]
    [InlineData(nameof(MySqlFaultKind.Statement))]
    [InlineData(nameof(MySqlFaultKind.Full))]
    [InlineData(nameof(MySqlFaultKind.Denied))]
    [InlineData(nameof(MySqlFaultKind.NoSchema))]
    [InlineData(nameof(MySqlFaultKind.Slow))]
    [InlineData(nameof(MySqlFaultKind.Other))]
    public void After_WhatStays_IsNotTriedAgain(string name) => Assert.Null(rules.After(new MySqlFault(Enum.Parse<MySqlFaultKind>(name), 1, ""), 1, isUncertain: false));

    [Fact]
    public void After_UncertainCommit_IsAskedForHalfAMinute()
    {
        var waits = Enumerable.Range(1, 44).Select(attempt => rules.After(null, attempt, isUncertain: true)!.Value);

        Assert.InRange(waits.Sum(static wait => wait.TotalSeconds), 15, 40);
        Assert.Null(rules.After(null, 45, isUncertain: true));
    }
}
