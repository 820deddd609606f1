using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TenantKit.Gateway.Edge;

namespace TenantKit.Gateway;

/// <summary>Refusals in the terms of gRPC: headers only, with a status that clients understand.</summary>
/// <remarks>
/// The numbers are gRPC's own. Where its table for plain HTTP answers is coarser than what is known here, the finer one counts. A wait that is
/// advised goes out as <c>grpc-retry-pushback-ms</c>, which clients with a retry policy obey (gRFC A6).
/// </remarks>
internal static class GrpcStatus
{
    private const int DeadlineExceeded = 4;
    private const int NotFound = 5;
    private const int PermissionDenied = 7;
    private const int ResourceExhausted = 8;
    private const int Unimplemented = 12;
    private const int Internal = 13;
    private const int Unavailable = 14;
    private const int Unauthenticated = 16;

    /// <summary>Makes a refusal the answer. It has no body: the status is in the head.</summary>
    public static void Write(HttpResponse response, GatewayProblem problem)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = GrpcRequest.ContentType;
        response.Headers["grpc-status"] = Of(problem).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Encode($"{problem.Code}: {problem.Title} {problem.Detail}".TrimEnd());
        if (problem.RetryAfterSeconds is { } seconds)
        {
            response.Headers["grpc-retry-pushback-ms"] = (seconds * 1000L).ToString(CultureInfo.InvariantCulture);
        }
    }

    private static int Of(GatewayProblem problem) => problem.Status switch
    {
        StatusCodes.Status401Unauthorized => Unauthenticated,
        StatusCodes.Status403Forbidden => PermissionDenied,
        StatusCodes.Status404NotFound => problem.Code == GatewayProblems.TenantNotFound.Code ? NotFound : Unimplemented,
        StatusCodes.Status415UnsupportedMediaType => Unimplemented,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => ResourceExhausted,
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable => Unavailable,
        StatusCodes.Status504GatewayTimeout => DeadlineExceeded,
        _ => Internal,
    };

    // Percent-encoding of all but printable ASCII, as the gRPC protocol asks for.
    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            _ = b is >= 0x20 and < 0x7F and not (byte)'%' ? encoded.Append((char)b) : encoded.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }
}
