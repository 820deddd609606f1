namespace TenantKit.Storage.MySql.Retention;

/// <summary>How long the database keeps what is over; configuration section <c>TenantKit:MySql:Retention</c>. Zero keeps it for ever.</summary>
public sealed class MySqlRetentionOptions
{
    /// <summary>How often what is too old is removed, ±10 %.</summary>
    /// <value>The default is 10 minutes; zero never removes anything.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Deleted tenants and users, from their deletion.</summary>
    /// <value>The default is 30 days.</value>
    public TimeSpan Tombstones { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Operations, from their end.</summary>
    /// <value>The default is 30 days.</value>
    public TimeSpan Operations { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The audit log.</summary>
    /// <value>The default is 400 days.</value>
    public TimeSpan Audit { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Answers remembered for an <c>Idempotency-Key</c>.</summary>
    /// <value>The default is 2 days.</value>
    public TimeSpan RememberedAnswers { get; set; } = TimeSpan.FromDays(2);

    /// <summary>Newest revisions whose changes can be read again; who is further behind lists anew. Zero keeps all.</summary>
    /// <value>The default is 100,000.</value>
    public long ChangeLogRevisions { get; set; } = 100_000;

    /// <summary>Most rows that one statement removes; between two of them everybody else has a turn.</summary>
    /// <value>The default is 500.</value>
    public int BatchSize { get; set; } = 500;
}
