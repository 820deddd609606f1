using System.Text.Json.Serialization;
using TenantKit.Agent.Proof;
using TenantKit.Agent.Registration;

namespace TenantKit.Agent;

/// <summary>Source-generated JSON: no reflection at start-up.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IdentityProof))]
[JsonSerializable(typeof(RegistrationRequest))]
[JsonSerializable(typeof(RegistrationReply))]
internal sealed partial class AgentJson : JsonSerializerContext;
