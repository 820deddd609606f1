using System.Text.Json.Serialization;

namespace TenantKit.Orchestration.Processes;

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(UnitMark))]
[JsonSerializable(typeof(InstanceRecord))]
internal sealed partial class ProcessJson : JsonSerializerContext;
