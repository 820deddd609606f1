using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Docker.Databases;

/// <summary>The database of a unit that has one: before the app it comes, after it it goes.</summary>
internal sealed class DatabaseContainer(
    EngineClient engine, IOptions<DockerOptions> options, IInstanceCredentials credentials, ImageCatalogue images, UnitVolumes volumes, InstanceStarter starter)
{
    /// <summary>Makes and starts it unless it runs.</summary>
    /// <returns>The container's id.</returns>
    public async Task<string> EnsureAsync(UnitSpec spec, IReadOnlyList<Container> found, string operation, CancellationToken cancellationToken)
    {
        if (found.FirstOrDefault(static container => container.Role == UnitLabels.DatabaseRole && container.IsRunning) is { } running)
        {
            return running.Id;
        }

        foreach (var ended in found.Where(static container => container.Role == UnitLabels.DatabaseRole))
        {
            await starter.AbandonAsync(ended.Id).ConfigureAwait(false);
        }

        var image = await FindImageAsync(cancellationToken).ConfigureAwait(false);
        await volumes.EnsureAsync(spec, UnitNames.DatabaseVolume(spec.Unit.Name), cancellationToken).ConfigureAwait(false);
        var plan = new InstancePlan(engine.Installation, operation, "", 0, image, null, await engine.HasInitAsync(cancellationToken).ConfigureAwait(false));
        var made = await engine.Api.Containers.CreateContainerAsync(DatabaseManifest.Of(options.Value, spec, plan), cancellationToken).ConfigureAwait(false);
        await engine.Api.Containers.ExtractArchiveToContainerAsync(
            made.ID, new CopyToContainerParameters { Path = DatabaseManifest.Volume }, Files(spec.Unit), cancellationToken).ConfigureAwait(false);
        await engine.Api.Containers.StartContainerAsync(made.ID, null, cancellationToken).ConfigureAwait(false);
        return made.ID;
    }

    private async Task<ResolvedImage> FindImageAsync(CancellationToken cancellationToken)
    {
        var image = options.Value.Database.Image;
        try
        {
            return await images.FindAsync(image, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception))
        {
            throw new OrchestratorException(
                StatusReasons.ImageNotFound,
                $"The database image '{image}' is not there. Pull or build it, or set {DockerOptions.SectionName}:{nameof(DockerOptions.Database)}:{nameof(DockerDatabaseOptions.Image)}.",
                isTransient: false,
                exception);
        }
    }

    private Stream Files(UnitRef unit) => new SecretArchive(options.Value.Database.User)
        .Folder("data")
        .Folder("run")
        .File("run/app-password", DatabasePasswords.App(credentials, unit))
        .File("run/root-password", DatabasePasswords.Root(credentials, unit))
        .Build();
}
