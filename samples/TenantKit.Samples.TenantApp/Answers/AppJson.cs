using System.Text.Json;
using System.Text.Json.Serialization;
using TenantKit.Samples.TenantApp.Caller;
using TenantKit.Samples.TenantApp.Customers;
using TenantKit.Samples.TenantApp.Faults;
using TenantKit.Samples.TenantApp.Orders;
using TenantKit.Samples.TenantApp.Transfers;

namespace TenantKit.Samples.TenantApp.Answers;

/// <summary>Source-generated JSON, strict on what it reads.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    MaxDepth = 32)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(WhoAmI))]
[JsonSerializable(typeof(CustomerInput))]
[JsonSerializable(typeof(CustomerView))]
[JsonSerializable(typeof(Page<CustomerView>), TypeInfoPropertyName = "CustomerPage")]
[JsonSerializable(typeof(OrderInput))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(Page<OrderView>), TypeInfoPropertyName = "OrderPage")]
[JsonSerializable(typeof(ByteCount))]
[JsonSerializable(typeof(FaultInput))]
internal sealed partial class AppJson : JsonSerializerContext;
