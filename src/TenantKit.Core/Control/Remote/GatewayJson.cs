using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace TenantKit.Control.Remote;

/// <summary>The JSON of calls between a gateway and a control plane on another host.</summary>
/// <remarks>
/// Members that a reader does not know are left out by it, so that the two sides may be of different versions. Of a route, members that have
/// their default are not written. Thread-safe.
/// </remarks>
public static class GatewayJson
{
    // By reflection: generated code sets members that were left out to zero and null instead of to what their initialisers say.
    private static JsonSerializerOptions Options { get; } = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { DefaultMembers.Omit } },
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter() },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
    };

    /// <summary>Writes a value.</summary>
    /// <typeparam name="T">A type of <see cref="IControlClient"/>.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>UTF-8, in one line.</returns>
    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Info<T>());

    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">A type of <see cref="IControlClient"/>.</typeparam>
    /// <param name="utf8">The JSON.</param>
    /// <returns>The value.</returns>
    /// <exception cref="JsonException">It is something else.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8)
        where T : class => JsonSerializer.Deserialize(utf8, Info<T>()) ?? throw new JsonException("The value is null.");

    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">A type of <see cref="IControlClient"/>.</typeparam>
    /// <param name="utf8">The JSON.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The value.</returns>
    /// <exception cref="JsonException">It is something else.</exception>
    public static async ValueTask<T> ReadAsync<T>(Stream utf8, CancellationToken cancellationToken)
        where T : class => await JsonSerializer.DeserializeAsync(utf8, Info<T>(), cancellationToken) ?? throw new JsonException("The value is null.");

    private static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
}
