using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Orchestration;
using TenantKit.Templates;

namespace TenantKit.Docker.Engine;

/// <summary>Makes one instance: the container, then its secrets, then its start. Nothing of it is left when one of them fails.</summary>
internal sealed class InstanceStarter(EngineClient engine, IOptions<DockerOptions> options, IInstanceCredentials credentials, InstancesInFlight inFlight)
{
    /// <summary>Everything but the start.</summary>
    /// <returns>The container's id; it is in flight until it was started or removed.</returns>
    public Task<string> CreateAsync(UnitSpec spec, InstancePlan plan, CancellationToken cancellationToken) =>
        CreateAsync(ContainerManifests.App(options.Value, spec, plan), spec, plan, cancellationToken);

    public async Task<string> CreateAsync(CreateContainerParameters manifest, UnitSpec spec, InstancePlan plan, CancellationToken cancellationToken)
    {
        var made = await engine.Api.Containers.CreateContainerAsync(manifest, cancellationToken).ConfigureAwait(false);
        inFlight.Starting(made.ID);
        try
        {
            await engine.Api.Containers.ExtractArchiveToContainerAsync(
                made.ID, new CopyToContainerParameters { Path = UnitPaths.Volume }, Files(spec, plan), cancellationToken).ConfigureAwait(false);
            return made.ID;
        }
        catch (DockerApiException exception) when (EngineErrors.IsFull(exception))
        {
            await AbandonAsync(made.ID).ConfigureAwait(false);
            throw EngineErrors.VolumeFull(spec.Unit, exception);
        }
        catch
        {
            await AbandonAsync(made.ID).ConfigureAwait(false);
            throw;
        }
    }

    public async Task StartAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await engine.Api.Containers.StartContainerAsync(container, null, cancellationToken).ConfigureAwait(false);
            inFlight.Started(container);
        }
        catch
        {
            await AbandonAsync(container).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Removes what was made and did not start. A failure here is the next look's matter.</summary>
    public async Task AbandonAsync(string container)
    {
        try
        {
            await engine.Api.Containers.RemoveContainerAsync(container, new ContainerRemoveParameters { Force = true }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (EngineErrors.IsOne(exception, CancellationToken.None))
        {
            // Left half made: no host starts it any more, so that the next ensure removes it.
        }
        finally
        {
            inFlight.Started(container);
        }
    }

    private Stream Files(UnitSpec spec, InstancePlan plan)
    {
        var archive = new SecretArchive(plan.Image.User);
        var isNamed = plan.Image.HasNamedUser;
        archive.Folder("data", isNamed).Folder("run", isNamed);
        archive.File($"run/{plan.Slot}.key", Convert.ToHexStringLower(credentials.GetKey(spec.Unit.TenantId, plan.InstanceId)), isNamed);
        if (spec.Database == DatabaseMode.Dedicated)
        {
            archive.File("run/database-password", Databases.DatabasePasswords.App(credentials, spec.Unit), isNamed);
        }

        return archive.Build();
    }
}
