using System.Text.Json.Serialization;

namespace TenantKit.Routing.Probing;

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IdentityProof))]
internal sealed partial class ProbeJson : JsonSerializerContext;
