using System.ComponentModel.DataAnnotations;
using TenantKit.Storage.MySql.Retention;

namespace TenantKit.Storage.MySql;

/// <summary>Settings of the MySQL store; configuration section <c>TenantKit:MySql</c>.</summary>
public sealed class MySqlStoreOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "TenantKit:MySql";

    /// <summary>
    /// How to reach the database, such as <c>Server=db.internal;Database=tenantkit;User ID=tenantkit;Password=…</c>. To a server that is not on
    /// this machine TLS is required; <c>SslMode=VerifyFull</c> also proves that it is the right one.
    /// </summary>
    /// <value>The default is null: it has to be set.</value>
    public string? ConnectionString { get; set; }

    /// <summary>How to reach the database with the rights that migrations need. The right to change tables is needed by nothing else.</summary>
    /// <value>The default is null: <see cref="ConnectionString"/>.</value>
    public string? MigrationConnectionString { get; set; }

    /// <summary>Whether a host that starts brings the schema up to date, one host at a time. False: it only checks that somebody did.</summary>
    /// <value>The default is true.</value>
    public bool MigrateAtStart { get; set; } = true;

    /// <summary>Whether a server on another machine may be talked to without TLS. Only for a network that nobody else can listen on.</summary>
    /// <value>The default is false.</value>
    public bool AllowInsecureConnection { get; set; }

    /// <summary>Most connections that a host opens at a time.</summary>
    /// <value>The default is 50; 4 to 1,000.</value>
    [Range(4, 1_000)]
    public int MaxConnections { get; set; } = 50;

    /// <summary>Longest wait, in seconds, for a connection.</summary>
    /// <value>The default is 5; 1 to 60.</value>
    [Range(1, 60)]
    public int ConnectTimeoutSeconds { get; set; } = 5;

    /// <summary>Longest wait, in seconds, for the answer to a statement.</summary>
    /// <value>The default is 15; 1 to 600.</value>
    [Range(1, 600)]
    public int CommandTimeoutSeconds { get; set; } = 15;

    /// <summary>How often a host looks for what other hosts changed. What it changes itself it knows at once.</summary>
    /// <value>The default is 200 milliseconds; 10 milliseconds to 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Folder of the keys that encrypt secrets in the database; all replicas need the same one.</summary>
    /// <value>The default is null: the keys are in the database too, wrapped by <see cref="KeyCertificateFile"/>.</value>
    public string? KeyRingDirectory { get; set; }

    /// <summary>Certificate with its private key (PKCS#12) that wraps the keys in the database. Without it, whoever reads the whole database reads the secrets.</summary>
    /// <value>The default is null: keys in the database are not wrapped.</value>
    public string? KeyCertificateFile { get; set; }

    /// <summary>Password of <see cref="KeyCertificateFile"/>.</summary>
    /// <value>The default is null: it has none.</value>
    public string? KeyCertificatePassword { get; set; }

    /// <summary>How long what is over is kept.</summary>
    public MySqlRetentionOptions Retention { get; } = new();
}
