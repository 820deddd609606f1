using System.Globalization;
using k8s.Models;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Watching;

/// <summary>The record of a unit, or its namespace, as it is kept in memory.</summary>
internal sealed record UnitRecord : WatchedObject
{
    /// <summary>The highest fencing token under which the unit was acted on.</summary>
    public required long Token { get; init; }

    /// <summary>Names what was made around the instances; null until all of it was.</summary>
    public required string? Applied { get; init; }

    /// <summary>What holds data and was made once, so that it is never made again: an empty one in its place would be data lost without a word.</summary>
    public required string Made { get; init; }

    public required bool IsGoing { get; init; }

    /// <summary>True when a thing that holds data was made once.</summary>
    public bool HasMade(string thing) => Made.Split(',').Contains(thing, StringComparer.Ordinal);

    public UnitRef Unit => new(TenantId, UnitName);

    /// <summary>Null when it carries no mark of a tenant.</summary>
    public static UnitRecord? Read(V1ObjectMeta metadata)
    {
        if (Marks.Text(metadata.Annotations, Marks.TenantId) is not { } tenantId || Marks.Text(metadata.Annotations, Marks.UnitName) is not { } unitName)
        {
            return null;
        }

        return new UnitRecord
        {
            Namespace = metadata.NamespaceProperty,
            Name = metadata.Name,
            Uid = metadata.Uid,
            Version = ParseVersion(metadata.ResourceVersion),
            TenantId = tenantId,
            UnitName = unitName,
            Token = Marks.Number(metadata.Annotations, Marks.Token),
            Applied = Marks.Text(metadata.Annotations, Marks.Applied),
            Made = Marks.Text(metadata.Annotations, Marks.Made) ?? "",
            IsGoing = metadata.DeletionTimestamp is not null,
        };
    }

    public static ulong ParseVersion(string? version) => ulong.TryParse(version, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
