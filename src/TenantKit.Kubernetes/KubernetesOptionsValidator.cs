using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace TenantKit.Kubernetes;

/// <summary>Checks what no single field says.</summary>
internal sealed class KubernetesOptionsValidator : IValidateOptions<KubernetesOptions>
{
    public ValidateOptionsResult Validate(string? name, KubernetesOptions options)
    {
        List<string> errors = [];
        var found = new List<ValidationResult>();
        Validator.TryValidateObject(options.Database, new ValidationContext(options.Database), found, validateAllProperties: true);
        errors.AddRange(found.Select(static result => $"{KubernetesOptions.SectionName}:Database: {result.ErrorMessage}"));
        found.Clear();
        Validator.TryValidateObject(options.SharedDatabase, new ValidationContext(options.SharedDatabase), found, validateAllProperties: true);
        errors.AddRange(found.Select(static result => $"{KubernetesOptions.SectionName}:SharedDatabase: {result.ErrorMessage}"));
        if (options.SharedDatabase.Host is { } host && Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            errors.Add($"{KubernetesOptions.SectionName}:SharedDatabase:Host '{host}' is not the name or address of a host. Write it without a port, such as shared-database.tenantkit-databases.");
        }

        if (options.SharedDatabase.Network is { } network && !IPNetwork.TryParse(network, out _))
        {
            errors.Add($"{KubernetesOptions.SectionName}:SharedDatabase:Network '{network}' is not a network. Write it as 203.0.113.0/24.");
        }

        if (!options.DataPath.StartsWith('/') || options.DataPath is "/" or "/tmp")
        {
            errors.Add($"{KubernetesOptions.SectionName}:DataPath '{options.DataPath}' must be an absolute path of a folder of its own, such as /data.");
        }

        errors.AddRange(options.AllowedEgress.Where(static block => !IPNetwork.TryParse(block, out _))
            .Select(static block => $"{KubernetesOptions.SectionName}:AllowedEgress '{block}' is not a network. Write it as 203.0.113.0/24."));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
