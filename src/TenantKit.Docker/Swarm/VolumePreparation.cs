using System.Collections.Concurrent;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Swarm;

/// <summary>
/// Makes the data folder of a unit's volume its app's, with a container that is made, filled and removed, and never starts: a swarm makes and
/// starts its tasks in one, and a new volume belongs to root. A volume that this host has prepared for that user is not prepared again.
/// </summary>
internal sealed class VolumePreparation
{
    private const int MostRemembered = 100_000;
    private readonly EngineClient engine;
    private readonly IOptions<DockerOptions> options;
    private readonly InstanceStarter starter;
    private readonly ConcurrentDictionary<string, (string Mark, string User)> prepared = new(StringComparer.Ordinal);

    public VolumePreparation(EngineClient engine, IOptions<DockerOptions> options, InstanceStarter starter, UnitVolumes volumes)
    {
        (this.engine, this.options, this.starter) = (engine, options, starter);
        volumes.Removing += unit => prepared.TryRemove(unit.Name, out _); // an engine's marks tell seconds: the next volume may have the same one
    }

    /// <param name="spec">The unit.</param>
    /// <param name="plan">Its image, whose user gets the folder.</param>
    /// <param name="volume">The mark of its volume.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task RunAsync(UnitSpec spec, InstancePlan plan, string volume, CancellationToken cancellationToken)
    {
        var made = (volume, plan.Image.User);
        if (volume.Length > 0 && prepared.TryGetValue(spec.Unit.Name, out var known) && known == made)
        {
            return;
        }

        await PrepareAsync(spec, plan, cancellationToken).ConfigureAwait(false);
        if (prepared.Count >= MostRemembered)
        {
            prepared.Clear();
        }

        prepared[spec.Unit.Name] = made;
    }

    private async Task PrepareAsync(UnitSpec spec, InstancePlan plan, CancellationToken cancellationToken)
    {
        var manifest = ContainerManifests.Hardened(options.Value, spec, plan);
        manifest.Name = UnitNames.Preparation(spec.Unit.Name, plan.Operation);
        manifest.Labels = ContainerManifests.Labels(spec, plan, UnitLabels.CommandRole);
        manifest.Cmd = ["none"]; // images without a command of their own are refused otherwise
        manifest.HostConfig!.NetworkMode = "none";
        var made = await engine.Api.Containers.CreateContainerAsync(manifest, cancellationToken).ConfigureAwait(false);
        try
        {
            var folder = new SecretArchive(plan.Image.User).Folder("data", plan.Image.HasNamedUser).Build();
            await engine.Api.Containers.ExtractArchiveToContainerAsync(made.ID, new CopyToContainerParameters { Path = UnitPaths.Volume }, folder, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (EngineErrors.IsFull(exception))
        {
            throw EngineErrors.VolumeFull(spec.Unit, exception);
        }
        finally
        {
            await starter.AbandonAsync(made.ID).ConfigureAwait(false);
        }
    }
}
