namespace TenantKit.Explanation;

/// <summary>Something that keeps a tenant from sleeping.</summary>
/// <param name="Code">A stable code: <c>never_sleeps</c>, <c>requests_in_flight</c>, <c>idle_time_left</c>, <c>not_running_yet</c> or <c>acted_for_elsewhere</c>.</param>
/// <param name="Detail">The same in words.</param>
public sealed record SleepBlocker(string Code, string Detail);
