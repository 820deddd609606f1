using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TenantKit.Gateway.Edge;

namespace TenantKit.Gateway;

/// <summary>Writes refusals as <c>application/problem+json</c>.</summary>
internal static class ProblemWriter
{
    /// <summary>Writes one, unless the response has begun: then the connection is aborted, so that a cut answer never looks whole.</summary>
    public static async Task WriteAsync(HttpContext http, GatewayProblem problem)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        Prepare(http.Response, problem);
        if (GrpcRequest.Is(http.Request) && HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            GrpcStatus.Write(http.Response, problem);
            return;
        }

        http.Response.ContentType = "application/problem+json";
        var body = Serialize(problem, RequestTrace.TraceId(http));
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }

    /// <summary>Sets status and headers of an answer of the gateway's own.</summary>
    public static void Prepare(HttpResponse response, GatewayProblem problem)
    {
        response.Clear();
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        response.Headers[RequestTrace.RequestIdHeader] = RequestTrace.RequestId(response.HttpContext);
        if (problem.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (problem.Header is { } header)
        {
            response.Headers[header.Key] = header.Value;
        }

        if (problem.CloseConnection)
        {
            response.Headers.Connection = "close";
        }
    }

    private static ReadOnlyMemory<byte> Serialize(GatewayProblem problem, string traceId)
    {
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, $"urn:tenantkit:problem:{problem.Code}");
            json.WriteString("title"u8, problem.Title);
            json.WriteNumber("status"u8, problem.Status);
            if (problem.Detail is not null)
            {
                json.WriteString("detail"u8, problem.Detail);
            }

            json.WriteString("code"u8, problem.Code);
            json.WriteString("traceId"u8, traceId);
            json.WriteEndObject();
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
