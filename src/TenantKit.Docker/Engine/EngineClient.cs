using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>The connection to the engine, made when first needed, and what is known of it for the life of the host.</summary>
internal sealed class EngineClient(IOptions<DockerOptions> options, IInstanceCredentials credentials, TimeProvider time) : IDisposable
{
    private readonly Lazy<DockerClient> client = new(() => Connect(options.Value), LazyThreadSafetyMode.ExecutionAndPublication);
    private readonly Lazy<string> installation = new(
        () => Convert.ToHexStringLower(credentials.GetKey("tenantkit-docker", "installation").AsSpan(0, 8)), LazyThreadSafetyMode.ExecutionAndPublication);
    private long calls;
    private bool? hasInit;

    public DockerClient Api
    {
        get
        {
            Interlocked.Increment(ref calls);
            return client.Value;
        }
    }

    /// <summary>Calls that were made so far.</summary>
    public long Calls => Interlocked.Read(ref calls);

    /// <summary>Made from the installation's secret: replicas that share it share their units, and others never meet.</summary>
    public string Installation => installation.Value;

    public TimeProvider Time { get; } = time;

    public Uri Endpoint => client.Value.Options.Endpoint;

    /// <summary>The label filter of this installation and, when given, of one unit.</summary>
    public IDictionary<string, IDictionary<string, bool>> Mine(string? unit = null) => unit is null
        ? UnitLabels.Filter($"{UnitLabels.Installation}={Installation}")
        : UnitLabels.Filter($"{UnitLabels.Installation}={Installation}", $"{UnitLabels.Unit}={unit}");

    /// <summary>True when the engine can put its small init in front of an app: it passes signals on, and reaps what the app leaves behind.</summary>
    public async ValueTask<bool> HasInitAsync(CancellationToken cancellationToken)
    {
        if (hasInit is null)
        {
            var info = await Api.System.GetSystemInfoAsync(cancellationToken).ConfigureAwait(false);
            hasInit = info.InitBinary is { Length: > 0 } && info.InitCommit?.ID != "N/A";
        }

        return hasInit.Value;
    }

    /// <summary>Looks at a container; null when it went meanwhile.</summary>
    public async Task<ContainerInspectResponse?> InspectAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await Api.Containers.InspectContainerAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception))
        {
            return null;
        }
    }

    /// <summary>SIGTERM, then SIGKILL after the grace period (whole seconds, rounded up).</summary>
    public async Task StopAsync(string container, bool isPaused, TimeSpan gracePeriod)
    {
        if (isPaused)
        {
            // One that is frozen hears no signal.
            await Api.Containers.UnpauseContainerAsync(container, CancellationToken.None).ConfigureAwait(false);
        }

        var seconds = (uint)Math.Clamp(Math.Ceiling(gracePeriod.TotalSeconds), 0, 3600);
        await Api.Containers.StopContainerAsync(container, new ContainerStopParameters { WaitBeforeKillSeconds = seconds }, CancellationToken.None).ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }
    }

    private static DockerClient Connect(DockerOptions options)
    {
        var builder = new DockerClientBuilder().WithTimeout(options.CallTimeout);
        return (options.Endpoint is { } endpoint ? builder.WithEndpoint(new Uri(endpoint)) : builder).Build();
    }
}
