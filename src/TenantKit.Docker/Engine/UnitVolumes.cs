using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>Units' volumes: one for the app, and one for the database of a unit that has one.</summary>
internal sealed class UnitVolumes(EngineClient engine, IOptions<DockerOptions> options)
{
    /// <summary>Tells that this host removes the volumes of a unit.</summary>
    public event Action<UnitRef>? Removing;

    /// <returns>Which volume of that name it is: another one, made after this one was removed, has another mark.</returns>
    public async Task<string> EnsureAsync(UnitSpec spec, string name, CancellationToken cancellationToken)
    {
        // Making one that exists gives the one that exists, with its own labels.
        var volume = await engine.Api.Volumes.CreateAsync(
            new VolumesCreateParameters
            {
                Name = name,
                Driver = options.Value.VolumeDriver,
                DriverOpts = DriverOptions(options.Value, spec),
                Labels = UnitMarks.Of(engine.Installation, spec.Unit),
            },
            cancellationToken).ConfigureAwait(false);
        UnitMarks.Require("volume", name, volume.Labels, engine.Installation, spec.Unit);
        return volume.CreatedAt ?? "";
    }

    public async Task<bool> ExistsAsync(UnitRef unit, CancellationToken cancellationToken) =>
        await FindAsync(UnitNames.Volume(unit.Name), unit, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes the unit's volumes; what another installation or tenant has under the name stays.</summary>
    public async Task RemoveAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        Removing?.Invoke(unit);
        foreach (var name in (string[])[UnitNames.DatabaseVolume(unit.Name), UnitNames.Volume(unit.Name)])
        {
            if (!await FindAsync(name, unit, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            try
            {
                await engine.Api.Volumes.RemoveAsync(name, force: true, cancellationToken).ConfigureAwait(false);
            }
            catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception))
            {
                // Gone already.
            }
        }
    }

    public async Task<IList<VolumeResponse>> ListAsync(CancellationToken cancellationToken) =>
        (await engine.Api.Volumes.ListAsync(new VolumesListParameters { Filters = engine.Mine() }, cancellationToken).ConfigureAwait(false)).Volumes ?? [];

    private async Task<bool> FindAsync(string name, UnitRef unit, CancellationToken cancellationToken)
    {
        try
        {
            return UnitMarks.IsOf((await engine.Api.Volumes.InspectAsync(name, cancellationToken).ConfigureAwait(false)).Labels, engine.Installation, unit);
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception))
        {
            return false;
        }
    }

    public static Dictionary<string, string> DriverOptions(DockerOptions options, UnitSpec spec) => options.VolumeOptions.ToDictionary(
        static pair => pair.Key,
        pair => pair.Value
            .Replace("{storage}", spec.Resources.StorageBytes.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{unit}", spec.Unit.Name, StringComparison.Ordinal),
        StringComparer.Ordinal);
}
