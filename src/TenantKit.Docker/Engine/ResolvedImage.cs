namespace TenantKit.Docker.Engine;

/// <summary>An image that the engine has.</summary>
/// <param name="Id">Its content's id; containers are made from it, so that a tag that moves meanwhile changes nothing.</param>
/// <param name="Digest">What a template pins it by: the registry's digest, or the id of an image that came from no registry.</param>
/// <param name="User">Whom its app runs as.</param>
internal sealed record ResolvedImage(string Id, string Digest, string User)
{
    /// <summary>A name instead of a number: who that is stands in the image alone.</summary>
    public bool HasNamedUser => !char.IsAsciiDigit(User[0]);
}
