using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace TenantKit.Samples.TenantApp.Tests;

/// <summary>The app as TenantKit runs it: a process of its own on a port of its own.</summary>
public sealed partial class AppProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private readonly TaskCompletionSource<string> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process process;

    private AppProcess(string dataDirectory, KeyServer keys, string tenantId, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "TenantKit.Samples.TenantApp.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
            Environment =
            {
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["TENANTKIT_TENANT_ID"] = tenantId,
                ["TENANTKIT_TENANT_NAME"] = "acme",
                ["TENANTKIT_INSTANCE_ID"] = "instance-9",
                ["TENANTKIT_DATA_DIR"] = dataDirectory,
                ["TENANTKIT_REGISTRATION_URL"] = keys.Address,
                ["USER_ID"] = "42",
                ["DB_NAME"] = "shop",
            },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Token = keys.Sign(tenantId);
    }

    public ConcurrentQueue<string> Output { get; } = new();

    public string Token { get; }

    public int Id => process.Id;

    public HttpClient Client { get; private set; } = null!;

    public static async Task<AppProcess> StartAsync(string dataDirectory, KeyServer keys, string tenantId = "tenant-1", params (string Name, string Value)[] environment)
    {
        var app = new AppProcess(dataDirectory, keys, tenantId, environment);
        try
        {
            var address = await app.address.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
            app.Client = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };
            app.Client.DefaultRequestHeaders.Add("X-TenantKit-Identity", app.Token);
            await app.UntilAsync("/healthz/ready", HttpStatusCode.OK);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async Task UntilAsync(string path, HttpStatusCode status)
    {
        var start = TimeProvider.System.GetTimestamp();
        HttpStatusCode? last = null;
        while (TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            using var answer = await Client.GetAsync(path, TestContext.Current.CancellationToken);
            last = answer.StatusCode;
            if (last == status)
            {
                return;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"{path} answered {last}. The app said:\n{string.Join('\n', Output)}");
    }

    public async Task<JsonElement> PlaceAsync(string customer = "Anna", string quantity = "1", string unitPrice = "2.50")
    {
        using var answer = await SendAsync(HttpMethod.Post, "/api/orders", $$"""{"customer":"{{customer}}","lines":[{"product":"Tea","quantity":{{quantity}},"unitPrice":{{unitPrice}}}]}""");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = json is null ? null : new StringContent(json, null, "application/json") };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<JsonElement> GetAsync(string path) => Client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await WaitForExitAsync();
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => Assert.Equal(0, SendSignal(process.Id, 15));

    public async Task<int> WaitForExitAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    /// <summary>The most memory the process ever held, in bytes.</summary>
    public long PeakMemory()
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
        Client?.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        Output.Enqueue(line);
        if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
        {
            address.TrySetResult(line[(at + Listening.Length)..].Trim());
        }
    }
}
