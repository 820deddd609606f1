using System.Collections;
using System.Text.Json.Serialization.Metadata;
using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Control.Remote;

/// <summary>Leaves out what a reader fills in by itself: of a hundred thousand routes most have the default of most members.</summary>
internal static class DefaultMembers
{
    private static readonly object[] Defaults =
        [
            new RouteList([], 0), new Route { TenantId = string.Empty, TenantName = string.Empty, State = RouteState.Active, Revision = 0 },
            new ProbeSettings(), new HttpSettings(),
        ];

    public static void Omit(JsonTypeInfo type)
    {
        if (Array.Find(Defaults, known => known.GetType() == type.Type) is not { } defaults)
        {
            return;
        }

        foreach (var property in type.Properties.Where(static property => !property.IsRequired && property.AssociatedParameter is null && property.Get is not null))
        {
            var value = property.Get!(defaults);
            property.ShouldSerialize = (_, other) => !IsSame(value, other);
        }
    }

    private static bool IsSame(object? one, object? other) =>
        Equals(one, other) || (one is ICollection { Count: 0 } && other is ICollection { Count: 0 });
}
