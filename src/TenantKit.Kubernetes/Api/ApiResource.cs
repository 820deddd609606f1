namespace TenantKit.Kubernetes.Api;

/// <summary>
/// A kind of object at the API server, and the verbs that this package uses on it. A call with a verb that is not named here is a
/// programming error, so that the roles made from these lists are exactly what is needed.
/// </summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version in the group.</param>
/// <param name="Plural">The name in paths and roles, with <c>/subresource</c> where it is one.</param>
/// <param name="Kind">The kind of its objects.</param>
/// <param name="Verbs">The verbs that are used.</param>
internal sealed record ApiResource(string Group, string Version, string Plural, string Kind, params string[] Verbs)
{
    /// <summary>False for kinds of the whole cluster.</summary>
    public bool IsNamespaced { get; init; } = true;

    /// <summary>Why the verbs are needed, for the comments of the generated role.</summary>
    public string Why { get; init; } = "";

    /// <summary>The path of the collection, or of one object in it.</summary>
    public string Path(string? space, string? name)
    {
        var slash = Plural.IndexOf('/', StringComparison.Ordinal);
        var (collection, subresource) = slash < 0 ? (Plural, "") : (Plural[..slash], Plural[slash..]);
        var root = Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";
        var scope = IsNamespaced && space is not null ? $"/namespaces/{space}" : "";
        return name is null ? $"{root}{scope}/{collection}" : $"{root}{scope}/{collection}/{name}{subresource}";
    }

    /// <summary>Refuses a verb that the roles would not grant.</summary>
    public void Require(string verb)
    {
        if (!Verbs.Contains(verb, StringComparer.Ordinal))
        {
            throw new InvalidOperationException($"The verb '{verb}' on {Plural} is used but not declared; add it to {nameof(KubeApi)}.");
        }
    }
}
