using TenantKit.Audit;
using TenantKit.Templates;

namespace TenantKit.Management;

/// <summary>Publishes and withdraws templates. Versions are immutable.</summary>
/// <remarks>Thread-safe.</remarks>
public interface ITemplateManager
{
    /// <summary>Publishes the first version of a new template.</summary>
    /// <param name="template">The template; its version and times are set here.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The version as published.</returns>
    /// <exception cref="ManagementException">Fields are wrong, the image cannot be started, or the name is taken.</exception>
    Task<Template> CreateAsync(Template template, Actor actor, CancellationToken cancellationToken);

    /// <summary>Publishes the next version of a template. Existing tenants keep theirs.</summary>
    /// <param name="template">The template; its version and times are set here.</param>
    /// <param name="expectedRevision">The revision of the version the caller saw; null for any.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The version as published.</returns>
    /// <exception cref="ManagementException">Fields are wrong, no such template, or the revision is stale.</exception>
    Task<Template> UpdateAsync(Template template, long? expectedRevision, Actor actor, CancellationToken cancellationToken);

    /// <summary>Withdraws a template: no new tenant can use it. The default template cannot be withdrawn.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when it is withdrawn.</returns>
    /// <exception cref="ManagementException">No such template, or it is the default one.</exception>
    Task DeleteAsync(string name, Actor actor, CancellationToken cancellationToken);
}
