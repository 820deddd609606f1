using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace TenantKit.Docker;

/// <summary>Names everything that is wrong at once.</summary>
internal sealed class DockerOptionsValidator : IValidateOptions<DockerOptions>
{
    private static readonly string[] Schemes = ["unix", "npipe", "tcp", "http", "https"];

    public ValidateOptionsResult Validate(string? name, DockerOptions options)
    {
        List<string> errors = [];
        if (options.Endpoint is { } endpoint && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && Schemes.Contains(uri.Scheme)))
        {
            errors.Add($"'{endpoint}' is no address of an engine. Set {DockerOptions.SectionName}:{nameof(DockerOptions.Endpoint)} to one such as unix:///var/run/docker.sock or tcp://host:2376.");
        }

        if (!IPNetwork.TryParse(options.Subnets, out var range) || range.BaseAddress.GetAddressBytes().Length != 4)
        {
            errors.Add($"'{options.Subnets}' is no IPv4 range. Set {DockerOptions.SectionName}:{nameof(DockerOptions.Subnets)} to one such as 10.213.0.0/16.");
        }
        else if (range.PrefixLength > options.SubnetPrefix)
        {
            errors.Add($"A network of /{options.SubnetPrefix} does not fit into {options.Subnets}. Widen {DockerOptions.SectionName}:{nameof(DockerOptions.Subnets)}, or raise {nameof(DockerOptions.SubnetPrefix)}.");
        }

        if (options.Reach == DockerReach.Network && options.Attach.Count == 0)
        {
            errors.Add($"With {nameof(DockerReach.Network)} nobody reaches the tenants unless containers are attached. List the admin host's and the gateways' containers in {DockerOptions.SectionName}:{nameof(DockerOptions.Attach)}.");
        }

        List<ValidationResult> wrong = [];
        Validator.TryValidateObject(options.Database, new ValidationContext(options.Database), wrong, validateAllProperties: true);
        errors.AddRange(wrong.Select(static result => $"{DockerOptions.SectionName}:{nameof(DockerOptions.Database)}: {result.ErrorMessage}"));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
