using TenantKit.Templates;

namespace TenantKit.Storage;

/// <summary>Reads templates. Thread-safe.</summary>
public interface ITemplateReader
{
    /// <summary>Reads one version, withdrawn or not.</summary>
    /// <param name="name">The template's name.</param>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The version, or null.</returns>
    ValueTask<Template?> FindTemplateAsync(string name, int version, CancellationToken cancellationToken);

    /// <summary>Reads the newest version, withdrawn or not.</summary>
    /// <param name="name">The template's name.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The newest version, or null.</returns>
    ValueTask<Template?> FindLatestTemplateAsync(string name, CancellationToken cancellationToken);

    /// <summary>A page of the newest version of each template that is not withdrawn, in order of name.</summary>
    /// <param name="page">Which page; <see cref="PageRequest.After"/> is a template name.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The page.</returns>
    Task<Page<Template>> ListTemplatesAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>All versions of one template, newest first.</summary>
    /// <param name="name">The template's name.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The versions; empty for an unknown name.</returns>
    Task<IReadOnlyList<Template>> ListTemplateVersionsAsync(string name, CancellationToken cancellationToken);
}
