using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MySqlConnector;

namespace TenantKit.Storage.MySql.Tests.Servers;

/// <summary>
/// A server of the test's own, on a loopback port and with a data directory that go with it. It can be killed and started again. It is MariaDB, or
/// MySQL when <c>TENANTKIT_TEST_MYSQLD</c> names its <c>mysqld</c>.
/// </summary>
internal sealed class LocalServer : IDisposable
{
    private static readonly string? MySql = Environment.GetEnvironmentVariable("TENANTKIT_TEST_MYSQLD") is { Length: > 0 } path ? path : null;
    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/sbin"];
    private readonly string folder = Directory.CreateTempSubdirectory("tenantkit-mariadb-").FullName;
    private readonly string[] arguments;
    private Process? process;

    public LocalServer(params string[] arguments)
    {
        this.arguments = arguments;
        Port = FreePort();
        // Servers that share one delete each other's temporary tables when they start.
        Directory.CreateDirectory(Path.Combine(folder, "temporary"));
        string[] common = [$"--datadir={folder}/data", $"--tmpdir={folder}/temporary", $"--user={Environment.UserName}", .. arguments];
        if (MySql is null)
        {
            Run("mariadb-install-db", ["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", .. common]);
        }
        else
        {
            Run(MySql, ["--no-defaults", "--initialize-insecure", "--secure-file-priv=", .. common]);
        }

        Start();
    }

    public int Port { get; }

    public string ConnectionString => $"Server=127.0.0.1;Port={Port};User ID=root;SslMode=None;AllowPublicKeyRetrieval=True";

    public string Log => string.Join(Environment.NewLine, Directory.GetFiles(folder, "log*").Select(File.ReadAllText));

    public void Start()
    {
        string[] own = MySql is null ? ["--skip-name-resolve"] : ["--mysqlx=OFF", "--secure-file-priv="];
        process = Process.Start(new ProcessStartInfo(MySql ?? Find("mariadbd"), [
            "--no-defaults", .. own, $"--datadir={folder}/data", $"--tmpdir={folder}/temporary", $"--port={Port}", "--bind-address=127.0.0.1", $"--socket={folder}/socket", $"--pid-file={folder}/pid",
            $"--log-error={folder}/log", $"--user={Environment.UserName}", "--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=64M", .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var deadline = Stopwatch.StartNew();
        while (!Answers())
        {
            if (process.HasExited || deadline.Elapsed > TimeSpan.FromMinutes(1))
            {
                throw new InvalidOperationException($"the server did not start: {string.Join(Environment.NewLine, Directory.GetFiles(folder, "log*").Select(File.ReadAllText))}");
            }

            Thread.Sleep(50);
        }
    }

    /// <summary>Ends it as a loss of the machine would, except that the disk stays.</summary>
    public void Kill()
    {
        process?.Kill();
        process?.WaitForExit();
        process?.Dispose();
        process = null;
    }

    public void Dispose()
    {
        Kill();
        Directory.Delete(folder, recursive: true);
    }

    private bool Answers()
    {
        try
        {
            using var connection = new MySqlConnection(ConnectionString + ";Pooling=false");
            connection.Open();
            return true;
        }
        catch (MySqlException)
        {
            return false;
        }
    }

    private static string Find(string program) => Folders.Select(each => Path.Combine(each, program)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"There is no '{program}'. Install mariadb-server, which eng/test.sh does, or set TENANTKIT_TEST_MYSQL to the connection string of a server.");

    private static void Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.IsPathRooted(program) ? program : Find(program), arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed: {errors}{output.Result}");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
