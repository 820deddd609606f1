using System.Text.Json;
using System.Text.Json.Serialization;

namespace TenantKit.Gateway.Registration;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    UseStringEnumConverter = true,
    MaxDepth = 4)]
[JsonSerializable(typeof(RegistrationBody))]
internal sealed partial class RegistrationJson : JsonSerializerContext;
