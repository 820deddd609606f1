namespace TenantKit.Docker.Tests;

public sealed class DockerOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.True(new DockerOptionsValidator().Validate(null, new DockerOptions()).Succeeded);

    [Fact]
    public void Validate_EverythingWrong_NamesAllWithWhatToDo()
    {
        var options = new DockerOptions { Endpoint = "nowhere", Subnets = "10.0.0.0/28", SubnetPrefix = 24, Reach = DockerReach.Network };
        options.Database.MemoryBytes = 1;

        var failures = new DockerOptionsValidator().Validate(null, options).Failures!.ToList();

        Assert.Equal(4, failures.Count);
        Assert.Contains(failures, static failure => failure.Contains("TenantKit:Docker:Endpoint", StringComparison.Ordinal));
        Assert.Contains(failures, static failure => failure.Contains("TenantKit:Docker:Subnets", StringComparison.Ordinal));
        Assert.Contains(failures, static failure => failure.Contains("TenantKit:Docker:Attach", StringComparison.Ordinal));
        Assert.Contains(failures, static failure => failure.Contains("TenantKit:Docker:Database", StringComparison.Ordinal));
    }
}
