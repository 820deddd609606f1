using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using k8s;

namespace TenantKit.Kubernetes.Tests.ApiServers;

/// <summary>
/// etcd and kube-apiserver from the folder KUBEBUILDER_ASSETS, on loopback ports and a folder of their own, once for all tests. Nothing is behind
/// them: no controller counts quotas or makes the default accounts, so that these two admission plug-ins are off.
/// </summary>
internal static class LocalControlPlane
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<KubernetesClientConfiguration>> Running = new(RunAsync);

    /// <summary>Why there is none; null when there is.</summary>
    public static string? Missing { get; } =
        Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is not { Length: > 0 } folder ? "No API server of its own: KUBEBUILDER_ASSETS is not set."
        : ((string[])["etcd", "kube-apiserver"]).FirstOrDefault(program => !File.Exists(Path.Combine(folder, program))) is { } program ? $"No API server of its own: KUBEBUILDER_ASSETS has no '{program}'."
        : null;

    public static Task<KubernetesClientConfiguration> StartAsync() => Running.Value;

    private static async Task<KubernetesClientConfiguration> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("tenantkit-api-").FullName;
        var (etcd, peer, port) = (FreePort(), FreePort(), FreePort());
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var (tokens, signer) = (Path.Combine(folder, "tokens.csv"), Path.Combine(folder, "signer.key"));
        await File.WriteAllTextAsync(tokens, $"{token},admin,admin,system:masters\n");
        using (var key = RSA.Create(2048))
        {
            await File.WriteAllTextAsync(signer, key.ExportRSAPrivateKeyPem());
        }

        List<Process> started = [];
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            started.Reverse();
            started.ForEach(static process => process.Kill());
            Directory.Delete(folder, recursive: true);
        };
        started.Add(Start("etcd", folder,
            $"--data-dir={folder}/etcd", $"--listen-client-urls=http://127.0.0.1:{etcd}", $"--advertise-client-urls=http://127.0.0.1:{etcd}", $"--listen-peer-urls=http://127.0.0.1:{peer}", "--unsafe-no-fsync"));
        started.Add(Start("kube-apiserver", folder,
            $"--etcd-servers=http://127.0.0.1:{etcd}", $"--cert-dir={folder}/certificates", "--bind-address=127.0.0.1", $"--secure-port={port}", "--service-cluster-ip-range=10.0.0.0/24",
            "--authorization-mode=RBAC", $"--token-auth-file={tokens}", $"--service-account-issuer=https://127.0.0.1:{port}/", $"--service-account-key-file={signer}", $"--service-account-signing-key-file={signer}",
            "--disable-admission-plugins=ServiceAccount,ResourceQuota", "--allow-privileged=true"));

        // Its certificate is made by itself, for this run; on loopback there is nobody in between.
        var admin = new KubernetesClientConfiguration { Host = $"https://127.0.0.1:{port}", AccessToken = token, SkipTlsVerify = true };
        await ReadyAsync(admin, started, folder);
        return admin;
    }

    private static async Task ReadyAsync(KubernetesClientConfiguration admin, List<Process> started, string folder)
    {
        using var api = new AdminApi(admin);
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            Assert.All(started, process => Assert.False(process.HasExited, $"{process.StartInfo.FileName} ended: {Tail(folder, process)}"));
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, $"The API server is not ready within {Patience.TotalSeconds:0} s: {Tail(folder, started[^1])}");
            try
            {
                if ((await api.SendAsync("GET", "readyz")).Code == 200)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static Process Start(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS")!, program), arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(folder, program + ".log")) { AutoFlush = true });
        DataReceivedEventHandler write = (_, line) => log.WriteLine(line.Data);
        process.ErrorDataReceived += write;
        process.OutputDataReceived += write;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private static string Tail(string folder, Process process) =>
        string.Join('\n', File.ReadLines(Path.Combine(folder, Path.GetFileName(process.StartInfo.FileName) + ".log")).TakeLast(5));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
