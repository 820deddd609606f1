using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;

namespace TenantKit.Docker.Engine;

/// <summary>Finds images in the engine, and has it pull those that it does not have.</summary>
internal sealed class ImageCatalogue(EngineClient engine, IOptions<DockerOptions> options)
{
    /// <exception cref="DockerApiException">The image is neither there nor to be had.</exception>
    public async Task<ResolvedImage> FindAsync(string image, CancellationToken cancellationToken)
    {
        if (await TryInspectAsync(image, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return Describe(image, found);
        }

        // Pinned by the id of an image that came from no registry: the name may have moved on, the content is still there under its id.
        if (image.IndexOf('@') is > 0 and var at && await TryInspectAsync(image[(at + 1)..], cancellationToken).ConfigureAwait(false) is { } pinned)
        {
            return Describe(image, pinned);
        }

        if (options.Value.PullImages)
        {
            await PullAsync(image, cancellationToken).ConfigureAwait(false);
        }

        return Describe(image, await engine.Api.Images.InspectImageAsync(image, cancellationToken).ConfigureAwait(false));
    }

    private async Task<ImageInspectResponse?> TryInspectAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.Api.Images.InspectImageAsync(image, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception))
        {
            return null;
        }
    }

    private Task PullAsync(string image, CancellationToken cancellationToken)
    {
        var hasVersion = image.Contains('@', StringComparison.Ordinal) || image.LastIndexOf(':') > image.LastIndexOf('/');
        var parameters = new ImagesCreateParameters { FromImage = hasVersion ? image : image + ":latest" };
        return engine.Api.Images.CreateImageAsync(parameters, null, new Progress<JSONMessage>(), cancellationToken);
    }

    private ResolvedImage Describe(string name, ImageInspectResponse image)
    {
        var repository = name.Split('@')[0];
        var digest = image.RepoDigests?.FirstOrDefault(reference => reference.StartsWith(repository.Split(':')[0] + "@", StringComparison.Ordinal))
            ?? image.RepoDigests?.FirstOrDefault();
        return new ResolvedImage(image.ID, digest is null ? image.ID : digest[(digest.IndexOf('@') + 1)..], User(image.Config?.User));
    }

    /// <summary>An image that runs as root runs as somebody else here.</summary>
    private string User(string? wanted)
    {
        var name = wanted?.Split(':')[0];
        var isRoot = string.IsNullOrEmpty(name) || name == "root" || (long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var uid) && uid == 0);
        return isRoot ? options.Value.User : wanted!;
    }
}
