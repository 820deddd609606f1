using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>
/// Who manages which fields of one object, as server-side apply defines it: an apply owns what it names; it conflicts when another manager owns
/// a field that it names with another value; what it named before and names no more goes, unless somebody else owns it. Any other write takes
/// the fields that it changes.
/// </summary>
internal sealed class FieldOwners
{
    private static readonly HashSet<string> Unmanaged = ["apiVersion", "kind", "metadata/name", "metadata/namespace", "metadata/uid", "metadata/resourceVersion", "metadata/creationTimestamp", "metadata/generation"];
    private readonly Dictionary<string, HashSet<string>> owned = new(StringComparer.Ordinal);

    /// <summary>Applies, or says which fields of whom are in the way.</summary>
    public List<(string Manager, string Field)> Apply(JsonObject live, JsonObject applied, string manager, bool force)
    {
        var fields = Leaves(applied);
        var values = Leaves(live);
        var conflicts = (from field in fields
                         where values.TryGetValue(field.Key, out var value) && !Json.Same(value, field.Value)
                         from other in owned
                         where other.Key != manager && other.Value.Contains(field.Key)
                         select (other.Key, field.Key)).ToList();
        if (conflicts.Count > 0 && !force)
        {
            return conflicts;
        }

        foreach (var (other, field) in conflicts)
        {
            owned[other].Remove(field);
        }

        var before = owned.GetValueOrDefault(manager) ?? [];
        foreach (var gone in before.Where(field => !fields.ContainsKey(field) && !owned.Any(other => other.Key != manager && other.Value.Contains(field))))
        {
            Remove(live, gone);
        }

        Merge(live, applied);
        owned[manager] = [.. fields.Keys];
        return [];
    }

    /// <summary>Notes what another kind of write changed.</summary>
    public void Note(JsonObject? before, JsonObject after, string manager)
    {
        var old = before is null ? [] : Leaves(before);
        foreach (var (field, value) in Leaves(after))
        {
            if (!old.TryGetValue(field, out var was) || !Json.Same(was, value))
            {
                foreach (var other in owned.Values)
                {
                    other.Remove(field);
                }

                (owned.TryGetValue(manager, out var own) ? own : owned[manager] = []).Add(field);
            }
        }
    }

    /// <summary>Lists whose items are told apart by a key merge; all others are replaced whole.</summary>
    public static string? KeyOf(string list, JsonObject item) => list switch
    {
        "containers" or "initContainers" or "volumes" or "env" or "imagePullSecrets" => item.Text("name"),
        "volumeMounts" => item.Text("mountPath"),
        "ports" when item["containerPort"] is not null => item.Text("containerPort"),
        "ownerReferences" => item.Text("uid"),
        _ => null,
    };

    public static void Merge(JsonObject live, JsonObject applied)
    {
        foreach (var (name, value) in applied)
        {
            if (value is JsonObject inner && live[name] is JsonObject known)
            {
                Merge(known, inner);
            }
            else if (value is JsonArray items && live[name] is JsonArray there && items.OfType<JsonObject>().Any(item => KeyOf(name, item) is not null))
            {
                foreach (var item in items.OfType<JsonObject>())
                {
                    var match = there.OfType<JsonObject>().FirstOrDefault(candidate => KeyOf(name, candidate) == KeyOf(name, item));
                    if (match is null)
                    {
                        there.Add(item.DeepClone());
                    }
                    else
                    {
                        Merge(match, item);
                    }
                }
            }
            else
            {
                live[name] = value?.DeepClone();
            }
        }
    }

    private static Dictionary<string, JsonNode?> Leaves(JsonObject root)
    {
        var leaves = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        Walk(root, "", leaves);
        return leaves;
    }

    private static void Walk(JsonObject node, string path, Dictionary<string, JsonNode?> leaves)
    {
        foreach (var (name, value) in node)
        {
            var at = path.Length == 0 ? name : $"{path}/{name}";
            if (at == "status" || Unmanaged.Contains(at))
            {
                continue;
            }

            if (value is JsonObject { Count: > 0 } inner)
            {
                Walk(inner, at, leaves);
            }
            else if (value is JsonArray items && items.OfType<JsonObject>().Any(item => KeyOf(name, item) is not null))
            {
                foreach (var item in items.OfType<JsonObject>())
                {
                    Walk(item, $"{at}/[{KeyOf(name, item)!.Replace('/', '|')}]", leaves);
                }
            }
            else
            {
                leaves[at] = value;
            }
        }
    }

    private static void Remove(JsonObject root, string path)
    {
        var parts = path.Split('/');
        JsonNode? node = root;
        var list = "";
        for (var i = 0; i < parts.Length - 1 && node is not null; i++)
        {
            if (parts[i].StartsWith('['))
            {
                node = (node as JsonArray)?.OfType<JsonObject>().FirstOrDefault(item => $"[{KeyOf(list, item)?.Replace('/', '|')}]" == parts[i]);
            }
            else
            {
                list = parts[i];
                node = (node as JsonObject)?[parts[i]];
            }
        }

        (node as JsonObject)?.Remove(parts[^1]);
    }
}
