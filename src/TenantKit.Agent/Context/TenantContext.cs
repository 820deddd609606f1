using Microsoft.Extensions.Options;

namespace TenantKit.Agent.Context;

/// <summary>The tenant as the options tell it.</summary>
internal sealed class TenantContext(IOptions<TenantAgentOptions> options) : ITenantContext
{
    private const string StandAlone = "development";

    public string TenantId { get; } = options.Value.TenantId ?? StandAlone;

    public string TenantName { get; } = options.Value.TenantName;

    public string InstanceId { get; } = options.Value.InstanceId ?? StandAlone;

    public string? UserId { get; } = options.Value.UserId;

    public string DatabaseName { get; } = options.Value.DatabaseName;

    public string DataDirectory { get; } = Path.GetFullPath(options.Value.DataDirectory);
}
