using System.Text.Json.Nodes;
using Tocsin.Daemon.Http;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Alerts;

namespace Tocsin.Unit.Serve;

public sealed class OpenApiSpec
{
    [Fact]
    public async Task Each_route_is_in_the_document_with_its_parameters()
    {
        await using var running = await RunningHost.StartAsync();
        var document = (await running.JsonAsync("/api/v1/openapi.json")).Body;
        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>());
        foreach (var route in running.Host.Routes)
        {
            var operation = document["paths"]![route.Path.Replace("{**", "{")]![route.Method.ToLowerInvariant()]!;
            Assert.Equal(route.Parameters.Count, operation["parameters"]?.AsArray().Count ?? 0);
            Assert.NotEmpty(operation["responses"]!.AsObject());
            foreach (var part in route.Path.Split('/').Where(p => p.StartsWith('{')))
                Assert.Contains(route.Parameters, p => p.In == "path" && part.Contains(p.Name));
        }
        var ids = running.Host.Routes.Select(r => document["paths"]![r.Path.Replace("{**", "{")]![r.Method.ToLowerInvariant()]!["operationId"]!.GetValue<string>()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task The_examples_are_what_the_schemas_say()
    {
        await using var running = await RunningHost.StartAsync();
        var document = (await running.JsonAsync("/api/v1/openapi.json")).Body.AsObject();
        var seen = 0;
        foreach (var media in Media(document))
        {
            Assert.Empty(JsonShape.Check(media["example"], media["schema"]!.AsObject(), document));
            seen++;
        }
        foreach (var parameter in running.Host.Routes.SelectMany(r => r.Parameters))
            Assert.Empty(JsonShape.Check(parameter.Example, parameter.Schema));
        Assert.True(seen > 10, $"{seen} examples");
    }

    [Fact]
    public async Task What_is_answered_is_what_the_schemas_say()
    {
        await using var running = await RunningHost.StartAsync();
        running.Host.Nodes.Publish(0, [NodeDirectorySpec.View("cn1"), new NodeView { Node = new NodeKey("hpc", "cn2"), Condition = NodeCondition.Unknown }]);
        running.Backend.Segments.AddRange([HistoryRoutesSpec.Segment(1, "7"), HistoryRoutesSpec.Segment(2)]);
        running.Backend.Events.Add(HistoryRoutesSpec.Run("7"));
        running.Backend.Desk.Active = (3, Learning.SmallRecording.Library.Value);
        running.Backend.Edits.Look = new(3, false, 0, [], []);
        running.Backend.Stored.AddRange([Told.Alert(1), Told.Cleared(2, 3).Alert]);
        var document = (await running.JsonAsync("/api/v1/openapi.json")).Body.AsObject();
        foreach (var route in running.Host.Routes.Where(r => r.Load != RouteLoad.Own && r.Method == "GET" && r.Answers.Any(a => a.Schema is not null)))
        {
            var (status, body) = await running.JsonAsync(route.Path.Replace("{**key}", "cn1").Replace("{key}", "cn1").Replace("jobs/{id}", "jobs/7").Replace("patterns/{id}", "patterns/1").Replace("{id}", "c1-1"));
            Assert.Equal(200, (int)status);
            var schema = route.Answers.Single(a => a.Status == (int)status).Schema!;
            Assert.True(!JsonShape.Check(body, schema, document).Any(), $"{route.Path}: {string.Join(", ", JsonShape.Check(body, schema, document))}");
        }
    }

    private static IEnumerable<JsonObject> Media(JsonNode? node) => node switch
    {
        JsonObject o when o.ContainsKey("schema") && o.ContainsKey("example") => [o],
        JsonObject o => o.SelectMany(p => Media(p.Value)),
        JsonArray a => a.SelectMany(Media),
        _ => [],
    };
}
