using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using TenantKit.Storage.MySql.Connections;

namespace TenantKit.Storage.MySql.Secrets;

/// <summary>
/// The keys of all replicas, in the database or in a folder. They are rotated by Data Protection: a new one every 90 days, old ones stay to
/// decrypt. It is TenantKit's own ring: the host's, for cookies and the like, is another one.
/// </summary>
internal static class KeyRing
{
    public static IDataProtectionProvider Open(MySqlStoreOptions options, ILoggerFactory? loggerFactory)
    {
        var services = new ServiceCollection();
        if (loggerFactory is not null)
        {
            services.AddSingleton(loggerFactory).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        }

        var protection = services.AddDataProtection().SetApplicationName("TenantKit");
        if (options.KeyRingDirectory is { } folder)
        {
            protection.PersistKeysToFileSystem(new DirectoryInfo(folder));
        }
        else
        {
            services.Configure<KeyManagementOptions>(
                keys => keys.XmlRepository = new DatabaseKeys(ConnectionSettings.Complete(options.ConnectionString!, options)));
        }

        if (options.KeyCertificateFile is { } file)
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(file, options.KeyCertificatePassword);
            protection.ProtectKeysWithCertificate(certificate).UnprotectKeysWithAnyCertificate(certificate);
        }

        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }

    /// <summary>Keys as rows. Data Protection reads them once, and again about once a day: it has no asynchronous way to ask.</summary>
    private sealed class DatabaseKeys(string connectionString) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements()
        {
            using var connection = new MySqlConnection(connectionString);
            connection.Open();
            using var command = new MySqlCommand("SELECT Xml FROM tenantkit_keys", connection);
            using var reader = command.ExecuteReader();
            List<XElement> keys = [];
            while (reader.Read())
            {
                keys.Add(XElement.Parse(reader.GetString(0)));
            }

            return keys;
        }

        public void StoreElement(XElement element, string friendlyName)
        {
            using var connection = new MySqlConnection(connectionString);
            connection.Open();
            using var command = new MySqlCommand("INSERT INTO tenantkit_keys (Id, Xml) VALUES (@id, @xml)", connection);
            command.Parameters.AddWithValue("@id", friendlyName);
            command.Parameters.AddWithValue("@xml", element.ToString(SaveOptions.DisableFormatting));
            command.ExecuteNonQuery();
        }
    }
}
