using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>One stored object and who manages its fields.</summary>
internal sealed class EmulatedObject(string plural, JsonObject json)
{
    public string Plural { get; } = plural;

    public JsonObject Json { get; set; } = json;

    /// <summary>What admission knows of it, for kinds whose view follows; null when it knows none.</summary>
    public JsonNode? Seen { get; set; }

    /// <summary>Of a quota: what was charged for what was never written, until it is counted anew.</summary>
    public Dictionary<string, decimal> Charged { get; } = [];

    public FieldOwners Owners { get; } = new();

    public string Name => Json.Text("metadata", "name");

    public string Namespace => Json.Text("metadata", "namespace");

    public string Uid => Json.Text("metadata", "uid");

    public bool IsGoing => Json.Text("metadata", "deletionTimestamp").Length > 0;

    public (string, string, string) Key => (Plural, Namespace, Name);
}
