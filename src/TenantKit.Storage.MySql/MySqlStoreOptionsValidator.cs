using Microsoft.Extensions.Options;
using MySqlConnector;
using TenantKit.Storage.MySql.Connections;

namespace TenantKit.Storage.MySql;

/// <summary>Finds out before anything is started what would keep the store from being reached.</summary>
internal sealed class MySqlStoreOptionsValidator : IValidateOptions<MySqlStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, MySqlStoreOptions options)
    {
        List<string> failures = [];
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            failures.Add("TenantKit:MySql:ConnectionString is not set. Set it to 'Server=…;Database=…;User ID=…;Password=…', or pass it to UseMySql().");
        }
        else
        {
            Check("TenantKit:MySql:ConnectionString", options.ConnectionString, options, failures);
        }

        if (options.MigrationConnectionString is { } migration)
        {
            Check("TenantKit:MySql:MigrationConnectionString", migration, options, failures);
        }

        if (options.KeyCertificateFile is { } file && !File.Exists(file))
        {
            failures.Add($"There is no file '{file}'. TenantKit:MySql:KeyCertificateFile names a certificate with its private key (PKCS#12).");
        }

        if (options.Retention.BatchSize is < 1 or > 10_000)
        {
            failures.Add($"TenantKit:MySql:Retention:BatchSize is {options.Retention.BatchSize}. Set it to 1 to 10,000.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Check(string setting, string text, MySqlStoreOptions options, List<string> failures)
    {
        MySqlConnectionStringBuilder connection;
        try
        {
            connection = new MySqlConnectionStringBuilder(text);
        }
        catch (ArgumentException exception)
        {
            failures.Add($"{setting} cannot be read: {exception.Message}");
            return;
        }

        if (string.IsNullOrEmpty(connection.Database))
        {
            failures.Add($"{setting} names no database. Add 'Database=…'.");
        }

        if (connection.SslMode == MySqlSslMode.None && !options.AllowInsecureConnection && !ConnectionSettings.IsLocal(connection))
        {
            failures.Add($"{setting} turns TLS off for '{connection.Server}', which is not on this machine. Remove SslMode=None, or set TenantKit:MySql:AllowInsecureConnection to true.");
        }
    }
}
