using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Tocsin.Daemon.Http;

/// <summary>The one shape of every answer from 400 on: a word for programs, a line for people.</summary>
internal sealed record ApiError([property: JsonPropertyName("error")] string Error, [property: JsonPropertyName("detail")] string Detail)
{
    /// <summary>By status; clients switch on these.</summary>
    public static string Word(int status) => status switch
    {
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        408 => "timeout",
        409 => "conflict",
        413 => "too_large",
        415 => "unsupported_media_type",
        429 => "too_many_requests",
        431 => "headers_too_large",
        503 => "unavailable",
        >= 400 and < 500 => "bad_request",
        _ => "internal",
    };

    public static Task AnswerAsync(HttpContext context, int status, string detail, TimeSpan? retryAfter = null)
    {
        var response = context.Response;
        response.StatusCode = status;
        if (retryAfter is { } wait)
            response.Headers.RetryAfter = Math.Clamp((long)Math.Ceiling(wait.TotalSeconds), 1, 3600).ToString();
        if (context.Request.Method == HttpMethods.Head)
            return Task.CompletedTask;
        return ApiJson.WriteAsync(context, new ApiError(Word(status), OneLine.Of(detail, 500)));
    }
}

/// <summary>JSON as the API writes it: snake_case, no number that is none.</summary>
internal static class ApiJson
{
    public const string Type = "application/json; charset=utf-8";

    public static readonly JsonSerializerOptions Options = new()
    {
        // Answers are JSON by type and may not be taken for anything else (nosniff): quotes need not be \u0027 to be safe.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new FiniteFloat(), new FiniteDouble() },
    };

    public static Task WriteAsync<T>(HttpContext context, T value)
    {
        context.Response.ContentType = Type;
        context.Response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, Options, context.RequestAborted);
    }

    /// <summary>NaN and the infinities are null: JSON has no word for them.</summary>
    private sealed class FiniteFloat : JsonConverter<float>
    {
        public override float Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.Null ? float.NaN : reader.GetSingle();

        public override bool HandleNull => true;

        public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
        {
            if (float.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }

    private sealed class FiniteDouble : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override bool HandleNull => true;

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
