using System.ComponentModel.DataAnnotations;

namespace TenantKit.Admin;

/// <summary>Settings of the Admin API; configuration section <c>TenantKit:Admin</c>.</summary>
public sealed class TenantAdminOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "TenantKit:Admin";

    /// <summary>Address that the host listens on for the Admin API. The host applies it; the endpoints do not depend on it.</summary>
    /// <value>The default is <c>http://127.0.0.1:5080</c>.</value>
    [Required, Url]
    public string Url { get; set; } = "http://127.0.0.1:5080";

    /// <summary>How long an access token is valid.</summary>
    /// <value>The default is 1 hour; 1 minute to 1 day.</value>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a session can be renewed after its last renewal.</summary>
    /// <value>The default is 7 days; 1 minute to 90 days.</value>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")]
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Fewest characters of a password.</summary>
    /// <value>The default is 12; 8 to 128. Choose 15 where there is no second factor.</value>
    [Range(8, 128)]
    public int PasswordMinLength { get; set; } = 12;

    /// <summary>Failed sign-ins in a row after which an account is locked: for 1 minute, then 2, 4, 8 and at most 15.</summary>
    /// <value>The default is 5; 1 to 100.</value>
    [Range(1, 100)]
    public int MaxFailedSignIns { get; set; } = 5;

    /// <summary>Most sign-ins and renewals per minute from one address.</summary>
    /// <value>The default is 60; 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int SignInsPerMinute { get; set; } = 60;

    /// <summary>Most passwords that are hashed at the same time.</summary>
    /// <value>The default is the number of processors; 1 to 256.</value>
    [Range(1, 256)]
    public int MaxConcurrentHashes { get; set; } = Environment.ProcessorCount;

    /// <summary>Most passwords that wait for being hashed; more are refused with 429.</summary>
    /// <value>The default is 200; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int MaxWaitingHashes { get; set; } = 200;

    /// <summary>How old the usage figures of containers may be.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan UsageMaxAge { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Most audit rows per minute for denials of one caller, and for failed sign-ins of all; further ones are counted, not written one by one.</summary>
    /// <value>The default is 60; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int DenialsAuditedPerMinute { get; set; } = 60;
}
