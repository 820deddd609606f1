namespace TenantKit.Admin.SignIn;

/// <summary>How long an account is locked: 1, 2, 4, 8, then 15 minutes. Never for good, or anybody could lock anybody out.</summary>
internal static class LockoutPolicy
{
    public static TimeSpan? Duration(int failures, int allowed) =>
        failures < allowed ? null : TimeSpan.FromMinutes(Math.Min(15, 1 << Math.Min(4, failures - allowed)));
}
