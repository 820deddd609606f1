using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>Field selectors of the form <c>a=b,c!=d</c>, of the fields that the API lets one select by.</summary>
internal static class FieldSelector
{
    private static readonly string[] OfAll = ["metadata.name", "metadata.namespace"];
    private static readonly string[] OfEvents = ["involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "reason", "type"];

    public static bool Matches(string plural, JsonObject item, string selector) => selector.Split(',', StringSplitOptions.RemoveEmptyEntries).All(part =>
    {
        var isNot = part.Contains("!=", StringComparison.Ordinal);
        var sides = part.Split(isNot ? "!=" : "=", 2);
        if (!OfAll.Contains(sides[0]) && (plural != "events" || !OfEvents.Contains(sides[0])))
        {
            throw new ApiError(400, "BadRequest", $"Unable to find \"{plural}\" that match field selector \"{selector}\": field label not supported: {sides[0]}");
        }

        return (item.Text(sides[0].Split('.')) == sides[1]) != isNot;
    });
}
