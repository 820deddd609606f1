using System.Text.Json;
using System.Text.Json.Serialization;

namespace TenantKit.Admin.Http;

/// <summary>An enum as its camelCase name. Named on the members, so that the API description says the same without touching the host's JSON options.</summary>
internal sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
