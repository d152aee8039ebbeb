using System.Text;

namespace Tocsin.Integration.Serve;

/// <summary>Users are hashed in what is stored, and see their own jobs all the same.</summary>
public sealed class UserNamesSpec : IDisposable
{
    private const string Ingest = "ingest-token-0123456789", Operator = "reading-token-0123456789", Mira = "miras-token-0123456789";

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-users-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task No_file_of_the_data_folder_holds_a_user_s_name_and_each_is_told_of_his_own_jobs()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "tokens"), $"ingest {Ingest}\nread {Operator}\nread {Mira} user=mirabelle\n");
        var yaml = $"tokens: {{file: '{_folder}/tokens'}}\n";
        await using (var serve = await ServeProcess.StartAsync(yaml, _folder))
        {
            serve.Token = Ingest;
            var start = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60;
            string Started(string job, string user) => $$"""{"event": "start", "jobId": {{job}}, "jobName": "lattice", "user": "{{user}}", "nodes": "cn1", "time": {{start}}}""";
            Assert.Equal(200, (await serve.PostAsync("/api/v1/jobs/events", Encoding.UTF8.GetBytes($"[{Started("7", "mirabelle")},{Started("8", "adalbert")}]"), "application/json")).Status);
            serve.Token = Operator;
            await serve.WaitAsync(async () => (await serve.GetAsync("/api/v1/jobs")).Body.Contains("\"8\"", StringComparison.Ordinal), "the jobs are not stored");
            var users = (await serve.JsonAsync("/api/v1/jobs"))["jobs"]!.AsArray().Select(j => j!["user"]!.GetValue<string>()).ToList();
            Assert.Equal(2, users.Distinct().Count());
            Assert.All(users, u => Assert.Matches("^user-[0-9a-f]{12}$", u));
            Assert.DoesNotContain("mirabelle", (await serve.GetAsync("/api/v1/jobs/7/report?format=text")).Body);

            // Her own job by her name, and nobody else's.
            serve.Token = Mira;
            var own = await serve.GetAsync("/api/v1/jobs/7/report?format=text");
            Assert.Equal(200, own.Status);
            Assert.Contains("of mirabelle", own.Body);
            Assert.Equal(404, (await serve.GetAsync("/api/v1/jobs/8/report?format=text")).Status);
            Assert.Equal(0, await serve.StopAsync());
        }
        var files = Directory.GetFiles(Path.Combine(_folder, "data"), "*", SearchOption.AllDirectories);
        Assert.Contains(files, f => Path.GetFileName(f) == "store.db");
        foreach (var file in files)
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.DoesNotContain("mirabelle", text);
            Assert.DoesNotContain("adalbert", text);
        }
        // Where names are stored as they are from now on, hashes of before are still known again.
        await using (var serve = await ServeProcess.StartAsync(yaml + "privacy: {user_names: plain}\n", _folder))
        {
            serve.Token = Mira;
            Assert.Contains("of mirabelle", (await serve.GetAsync("/api/v1/jobs/7/report?format=text")).Body);
            Assert.Equal(404, (await serve.GetAsync("/api/v1/jobs/8/report?format=text")).Status);
            Assert.Equal(0, await serve.StopAsync());
        }
    }
}
