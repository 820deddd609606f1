using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Templates;

namespace TenantKit.Admin.Templates;

/// <summary>A version of a template.</summary>
internal sealed record TemplateResponse(
    string Name,
    int Version,
    string Image,
    string? ImageDigest,
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Env,
    int Port,
    ResourcesBody Resources,
    [property: JsonConverter(typeof(CamelCaseEnum<DatabaseMode>))] DatabaseMode Database,
    int MinReplicas,
    int MaxReplicas,
    AutoscaleBody? Autoscale,
    TimeSpan? IdleTimeout,
    bool WakeOnRequest,
    ProbeBody Probe,
    string? LoadBalancing,
    HttpBody Http,
    IReadOnlyList<string> AnonymousPaths,
    DateTimeOffset CreatedAt,
    DateTimeOffset? DeletedAt)
{
    public static TemplateResponse Of(Template template) => new(
        template.Name,
        template.Version,
        template.Image,
        template.ImageDigest,
        template.Command,
        template.Environment,
        template.Port,
        Quantity.Print(template.Resources),
        template.Database,
        template.MinReplicas,
        template.MaxReplicas,
        AutoscaleBody.Of(template.Autoscale),
        template.IdleTimeout,
        template.WakeOnRequest,
        ProbeBody.Of(template.Probe),
        template.LoadBalancing,
        HttpBody.Of(template.Http),
        template.AnonymousPaths,
        template.CreatedAt,
        template.DeletedAt);
}
