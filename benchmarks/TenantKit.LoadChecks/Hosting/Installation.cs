namespace TenantKit.LoadChecks.Hosting;

/// <summary>An admin host with local processes and SQLite, and gateways beside it: processes of their own over one data directory.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private const string Password = "correct-horse-battery-staple";

    private readonly string adminUrl = $"http://127.0.0.1:{FreePorts.Take()}";
    private readonly Dictionary<string, string> settings;
    private readonly bool keep;
    private readonly int? core;
    private HostProcess? admin;

    private Installation(CheckOptions options, int gateways, IReadOnlyDictionary<string, string> more, (int Gateways, int Others)? cores)
    {
        var control = $"http://127.0.0.1:{FreePorts.Take()}";
        (keep, core) = (options.Keep, cores?.Others);
        Gateways = [.. Enumerable.Range(0, gateways).Select(number => new GatewayHost(DataDirectory, control, number, more, cores?.Gateways))];
        settings = new Dictionary<string, string>(more)
        {
            ["TenantKit:DataDirectory"] = DataDirectory,
            ["TenantKit:Admin:Url"] = adminUrl,
            ["TenantKit:Admin:AccessTokenLifetime"] = "1.00:00:00",
            ["TenantKit:Admin:SignInsPerMinute"] = "100000",
            ["TenantKit:Control:Url"] = control,
            ["TenantKit:GatewayUrl"] = Gateways[0].Url,
            ["TenantKit:RegistrationUrl"] = Gateways[0].InternalUrl,
            ["TenantKit:BootstrapAdmin:Password"] = Password,
        };
    }

    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("tenantkit-checks-").FullName;

    public GatewayHost[] Gateways { get; }

    public AdminApi Admin { get; private set; } = null!;

    /// <summary>Starts everything and waits until it is ready.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="gateways">How many gateways.</param>
    /// <param name="more">More settings, for all hosts; null for none.</param>
    /// <param name="prepare">What is done to the data directory before the first start; null for nothing.</param>
    /// <param name="cores">The core of the gateways, and that of the admin host and the tenants; null for any.</param>
    public static async Task<Installation> StartAsync(
        CheckOptions options, int gateways, IReadOnlyDictionary<string, string>? more = null, Func<string, Task>? prepare = null, (int Gateways, int Others)? cores = null)
    {
        var installation = new Installation(options, gateways, more ?? new Dictionary<string, string>(), cores);
        try
        {
            await (prepare?.Invoke(installation.DataDirectory) ?? Task.CompletedTask);
            await installation.StartAdminAsync();
            installation.Admin = await AdminApi.SignInAsync(installation.adminUrl, Password);
            await Task.WhenAll(installation.Gateways.Select(static gateway => gateway.StartAsync()));
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    public async Task StartAdminAsync() =>
        admin = await HostProcess.StartAsync("AdminHost", settings, Path.Combine(DataDirectory, "admin.log"), adminUrl, core);

    public Task KillAdminAsync() => admin!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in Gateways)
        {
            await (gateway.Process?.KillAsync() ?? Task.CompletedTask);
        }

        await (admin?.StopAsync() ?? Task.CompletedTask);
        Admin?.Dispose();
        foreach (var (id, _) in TenantProcesses.Of(DataDirectory))
        {
            Signals.Kill(id);
        }

        if (keep)
        {
            Console.Error.WriteLine($"Data and logs are in {DataDirectory}");
        }
        else
        {
            Directory.Delete(DataDirectory, recursive: true);
        }
    }
}
