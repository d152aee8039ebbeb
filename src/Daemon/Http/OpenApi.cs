using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Tocsin.Daemon.Http;

/// <summary>The OpenAPI 3.1 document, from the routes that are served: what is served is described.</summary>
internal static class OpenApi
{
    public const string Path = "/api/v1/openapi.json";

    public static ApiRoute Route(IReadOnlyList<ApiRoute> others, string version)
    {
        ApiRoute? self = null;
        var text = new Lazy<string>(() => Document([.. others, self!], version).ToJsonString());
        self = new ApiRoute("GET", Path, Roles.None, "This document", c =>
        {
            c.Response.ContentType = ApiJson.Type;
            return c.Response.WriteAsync(text.Value, c.RequestAborted);
        })
        {
            Answers = [new ApiAnswer(200, "OpenAPI 3.1", ApiJson.Type, new JsonObject { ["type"] = "object" })],
        };
        return self;
    }

    public static JsonObject Document(IReadOnlyList<ApiRoute> routes, string version)
    {
        var paths = new JsonObject();
        foreach (var route in routes)
        {
            var path = route.Path.Replace("{**", "{");
            if (paths[path] is not JsonObject item)
                paths[path] = item = [];
            item[route.Method.ToLowerInvariant()] = Operation(route);
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Tocsin",
                ["version"] = version,
                ["description"] = "Watches the compute nodes of an HPC cluster. Times are ISO 8601 in UTC; in queries unix seconds are taken as well. Every answer from 400 on is {error, detail}.",
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject { ["Error"] = Schema.Object(("error", Schema.Text("for programs")), ("detail", Schema.Text("for people"))) },
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A token of the tokens file; asked for where tokens.file is set." },
                    ["munge"] = new JsonObject
                    {
                        ["type"] = "apiKey",
                        ["in"] = "header",
                        ["name"] = "Authorization",
                        ["description"] = "Munge CREDENTIAL, as munge encodes 'tocsin-1 METHOD PATH SHA256', SHA256 that of the body in hexadecimal; once only.",
                    },
                },
            },
        };
    }

    private static JsonObject Operation(ApiRoute route)
    {
        var operation = new JsonObject { ["summary"] = route.Summary, ["operationId"] = Id(route) };
        if (route.Role != Roles.None)
        {
            operation["security"] = new JsonArray(new JsonObject(), new JsonObject { ["token"] = new JsonArray() });
            operation["description"] = $"Role: {route.Role.ToString().ToLowerInvariant()}.";
        }
        if (route.Signed)
        {
            operation["security"] = new JsonArray(new JsonObject { ["munge"] = new JsonArray() });
            operation["description"] = "By a munge credential of the job's owner, made for this one request.";
        }
        if (route.Parameters.Count > 0)
            operation["parameters"] = new JsonArray([.. route.Parameters.Select(Parameter)]);
        if (route.Body is { } body)
            operation["requestBody"] = new JsonObject { ["required"] = true, ["description"] = body.Description, ["content"] = Content(body.Type, body.Schema, body.Example) };
        var responses = new JsonObject();
        foreach (var answer in Answers(route))
        {
            var response = new JsonObject { ["description"] = answer.Description };
            if (answer.Type is not null)
                response["content"] = Content(answer.Type, answer.Schema, answer.Example);
            else if (answer.Status >= 400)
                response["content"] = Content(ApiJson.Type, new JsonObject { ["$ref"] = "#/components/schemas/Error" }, new JsonObject { ["error"] = ApiError.Word(answer.Status), ["detail"] = answer.Description });
            responses[answer.Status.ToString()] = response;
        }
        operation["responses"] = responses;
        return operation;
    }

    private static IEnumerable<ApiAnswer> Answers(ApiRoute route)
    {
        var answers = route.Answers.ToList();
        void Also(int status, string what)
        {
            if (answers.All(a => a.Status != status))
                answers.Add(new ApiAnswer(status, what));
        }
        if (route.Role != Roles.None)
        {
            Also(401, "No token, or an unknown one");
            Also(403, "The token lacks the role");
        }
        if (route.Load == RouteLoad.Counted)
            Also(503, "Too many requests under way; Retry-After says when to come again");
        return answers.OrderBy(a => a.Status);
    }

    private static JsonNode Parameter(ApiParameter p) => new JsonObject
    {
        ["name"] = p.Name,
        ["in"] = p.In,
        ["required"] = p.In == "path",
        ["description"] = p.Description,
        ["schema"] = p.Schema.DeepClone(),
        ["example"] = p.Example.DeepClone(),
    };

    private static JsonObject Content(string type, JsonObject? schema, JsonNode? example)
    {
        var media = new JsonObject();
        if (schema is not null)
            media["schema"] = schema.DeepClone();
        if (example is not null)
            media["example"] = example.DeepClone();
        return new JsonObject { [type.Split(';')[0]] = media };
    }

    /// <summary><c>GET /api/v1/nodes/{key}</c> to <c>get_nodes_key</c>.</summary>
    private static string Id(ApiRoute route)
    {
        var words = route.Path.Replace("/api/v1", "").Split((char[])['/', '-', '{', '}', '*', '.'], StringSplitOptions.RemoveEmptyEntries);
        return $"{route.Method.ToLowerInvariant()}_{string.Join('_', words)}";
    }
}
