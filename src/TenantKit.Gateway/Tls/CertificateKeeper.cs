using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Tls;

/// <summary>Holds the certificates and looks at their files for changes. What cannot be read later leaves those that are held as they are.</summary>
internal sealed partial class CertificateKeeper(IOptions<TenantGatewayOptions> options, TimeProvider time, ILogger<CertificateKeeper> logger) : IDisposable
{
    private readonly Lock gate = new();
    private CertificateTable table = new([], null);
    private string stamp = string.Empty;
    private ITimer? timer;

    /// <summary>The certificates now.</summary>
    public CertificateTable Table => Volatile.Read(ref table);

    /// <summary>Reads all, and looks again at its interval from now on.</summary>
    /// <exception cref="InvalidOperationException">Some cannot be used; all are named.</exception>
    public void Start()
    {
        lock (gate)
        {
            if (timer is not null)
            {
                return;
            }

            var interval = options.Value.Tls.ReloadInterval;
            if (Load() is { Count: > 0 } errors)
            {
                throw new InvalidOperationException($"The gateway's certificates cannot be used. {string.Join(' ', errors)}");
            }

            timer = time.CreateTimer(static keeper => ((CertificateKeeper)keeper!).Look(), this, interval, interval);
        }
    }

    public void Dispose() => timer?.Dispose();

    private void Look()
    {
        lock (gate)
        {
            foreach (var error in Load())
            {
                LogKept(error);
            }
        }
    }

    private List<string> Load()
    {
        var settings = options.Value.Tls;
        var errors = new List<string>();
        List<GatewayCertificate> files;
        try
        {
            files = CertificateFiles.Find(settings);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [$"The folder '{settings.CertificateDirectory}' cannot be read: {exception.Message} Create it, or set {Setting(nameof(settings.CertificateDirectory))} to another."];
        }

        var found = string.Join('\n', files.Select(CertificateFiles.Stamp));
        if (found == stamp)
        {
            return errors;
        }

        stamp = found; // what is wrong is said once, not at each look
        var read = files.Select(file => Read(file, errors)).Where(static one => one is not null).Select(static one => one!.Value).ToList();
        var loaded = new CertificateTable(read, settings.DefaultName);
        if (errors.Count == 0 && settings.DefaultName is { } name && !loaded.HasDefault)
        {
            errors.Add($"No certificate is for {Setting(nameof(settings.DefaultName))} '{name}'. Add one, or leave the setting out.");
        }

        if (errors.Count == 0)
        {
            Volatile.Write(ref table, loaded);
            LogLoaded(read.Count, loaded.Count);
        }

        return errors;
    }

    private (X509Certificate2 Certificate, X509Certificate2Collection Chain)? Read(GatewayCertificate file, List<string> errors)
    {
        try
        {
            var read = CertificateFiles.Read(file);
            if (!CertificateTable.NamesOf(read.Certificate).Any())
            {
                errors.Add($"'{file.Path}' is for no DNS name. Issue it with subject alternative names.");
            }
            else if (read.Certificate.NotAfter.ToUniversalTime() <= time.GetUtcNow())
            {
                LogExpired(file.Path, read.Certificate.NotAfter.ToUniversalTime());
            }

            return read;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            errors.Add($"'{file.Path}' cannot be read: {exception.Message} It must be a certificate with its private key{(file.KeyPath is { } key ? $" in '{key}'" : " in the same file or in one of the same name that ends with .key")}, readable by the gateway.");
            return null;
        }
    }

    private static string Setting(string name) => $"{TenantGatewayOptions.SectionName}:{nameof(TenantGatewayOptions.Tls)}:{name}";

    [LoggerMessage(1, LogLevel.Information, "{Certificates} certificates for {Names} names are in use.")]
    private partial void LogLoaded(int certificates, int names);

    [LoggerMessage(2, LogLevel.Error, "Changed certificates cannot be used, those before them are kept. {Problem}")]
    private partial void LogKept(string problem);

    [LoggerMessage(3, LogLevel.Warning, "The certificate '{Path}' expired at {NotAfter}.")]
    private partial void LogExpired(string path, DateTime notAfter);
}
