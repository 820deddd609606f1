namespace TenantKit.Templates;

/// <summary>A template that the host brings along; see <c>AddTemplate()</c>.</summary>
/// <param name="Template">The template; version and times are set when it is published.</param>
public sealed record TemplateSeed(Template Template);
