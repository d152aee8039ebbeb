using System.Globalization;

namespace Tocsin.Integration;

/// <summary>What users really have, through the executable: refused with one line and nothing half-written, or counted and scored all the same.</summary>
public sealed class BadInputSpec(TrainedLibrary trained) : IClassFixture<TrainedLibrary>, IDisposable
{
    private const long Zero = TinyRecording.Zero;

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-bad").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Out => Path.Combine(_folder, "library");

    private string Scores => Path.Combine(_folder, "scores");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Good_data_ends_in_0_with_one_score_file_a_segment()
    {
        var (rows, error) = await Detected(new TinyRecording());
        Assert.Equal("", error);
        Assert.Equal(9, rows.Count);
        Assert.All(rows.Values, r => Assert.Equal(TinyRecording.SegmentSeconds, r.Count));
        Assert.All(rows.Values, Scored);
    }

    [Fact]
    public async Task A_recording_that_ends_earlier_has_the_same_rows()
    {
        var whole = (await Detected(new TinyRecording())).Rows;
        var shorter = new TinyRecording();
        shorter.Scrapes.RemoveRange(213, shorter.Scrapes.Count - 213);
        Directory.Delete(Scores, recursive: true);
        var cut = (await Detected(shorter)).Rows;
        Assert.Equal(6, cut.Count);
        foreach (var (file, rows) in cut)
            Assert.Equal(whole[file].Take(rows.Count), rows);
        Assert.Equal(213, cut.Values.Sum(r => r.Count));
    }

    [Fact]
    public async Task Without_faults_with_faults_and_on_one_thread_training_writes_the_same_file()
    {
        var labelled = new TinyRecording { Faults = [$"hog|solver|{Zero + 10}|{Zero + 30}"] };
        labelled.Write(Path.Combine(_folder, "labelled", "tiny"));
        var result = await TocsinProcess.RunAsync([.. TrainedLibrary.Train(Path.Combine(_folder, "labelled", "tiny"), Out), "--threads", "1"]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(File.ReadAllBytes(trained.Library), File.ReadAllBytes(Out));
    }

    [Theory]
    [InlineData("train")]
    [InlineData("detect")]
    public async Task A_truncated_recording_is_refused(string command)
    {
        var path = Path.Combine(new TinyRecording().Write(Data), "scrapes.tsv.gz");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^500]);
        await Refused(Words(command), "scrapes.tsv.gz is torn");
    }

    [Theory]
    [InlineData("JobID|JobName|Start", "1|a|1700000000", "no column 'End'")]
    [InlineData("JobID|JobName|Start|End", "1|a|soon|1700000009", "line 2: Start is 'soon'")]
    [InlineData("JobID|JobName|Start|End", "1|a|NaN|1700000009", "line 2: Start is 'NaN'")]
    [InlineData("JobID|JobName|Start|End", "1|a|1700000009|1700000000", "before it starts")]
    public async Task A_bad_table_of_jobs_is_refused(string header, string row, string why)
    {
        var recording = new TinyRecording { JobHeader = header };
        recording.Jobs.Clear();
        recording.Jobs.Add(row);
        recording.Write(Data);
        await Refused(Words("train"), "jobs.psv", why);
        await Refused(Words("detect"), "jobs.psv", why);
    }

    [Fact]
    public async Task Text_NaN_and_infinity_in_samples_are_counted_and_the_frames_scored()
    {
        var recording = new TinyRecording();
        recording.Change(50, _ => "node_procs_running many\nnode_procs_blocked 1\n");
        recording.Change(51, _ => "node_procs_running NaN\nnode_procs_blocked 1\n");
        recording.Change(52, _ => "node_procs_running +Inf\nnode_procs_blocked -Inf\n");
        recording.Change(53, _ => "");
        var (rows, error) = await Detected(recording);
        Assert.Contains("tocsin: not a number: 1 (first: ", error);
        Assert.Contains("tocsin: infinite value: 2 (first: ", error);
        Assert.All(rows.Values, Scored);
        var result = await TocsinProcess.RunAsync(Words("train"));
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("tocsin: infinite value: 2", result.Error);
    }

    [Fact]
    public async Task Times_out_of_order_or_doubled_are_counted_and_left_out()
    {
        var recording = new TinyRecording();
        (recording.Scrapes[60], recording.Scrapes[61]) = (recording.Scrapes[61], recording.Scrapes[60]);
        recording.Scrapes.Insert(90, recording.Scrapes[89]);
        var (rows, error) = await Detected(recording);
        Assert.Contains("tocsin: scrape out of order: 1 ", error);
        Assert.Contains("tocsin: scrape's time stands twice: 1 ", error);
        Assert.Equal((9 * TinyRecording.SegmentSeconds) - 1, rows.Values.Sum(r => r.Count));
        Assert.All(rows.Values, Scored);
    }

    [Fact]
    public async Task A_job_without_an_end_runs_on()
    {
        var recording = new TinyRecording();
        recording.Jobs.Add($"99|late|{Zero + 330}|Unknown");
        var (rows, error) = await Detected(recording);
        Assert.Equal("", error);
        Assert.Equal(30, rows.Single(r => r.Key.Contains("99")).Value.Count);
    }

    [Fact]
    public async Task Overlapping_jobs_are_a_segment_of_their_own()
    {
        var recording = new TinyRecording();
        recording.Jobs.Add($"99|guest|{Zero + 10}|{Zero + 25}");
        var (rows, _) = await Detected(recording);
        Assert.Equal(15, rows.Single(r => r.Key.Contains("10") && r.Key.Contains("99")).Value.Count);
        Assert.Equal(11, rows.Count);
        Assert.All(rows.Values, Scored);
    }

    [Fact]
    public async Task A_node_without_data_is_named()
    {
        var recording = new TinyRecording { Node = "cn1", JobHeader = "JobID|JobName|Start|End|NodeList" };
        for (var i = 0; i < recording.Jobs.Count; i++)
            recording.Jobs[i] += "|cn[1-2]";
        var (rows, error) = await Detected(recording);
        Assert.Contains("tocsin: node without data: 1 (first: cn2)", error);
        Assert.Equal(9, rows.Count);
    }

    [Fact]
    public async Task Segments_of_one_frame_have_a_row_without_a_score()
    {
        var recording = new TinyRecording();
        recording.Jobs.Clear();
        for (var i = 0; i < 6; i++)
            recording.Jobs.Add($"{50 + i}|blink|{Zero + 100 + i}|{Zero + 101 + i}");
        var (rows, _) = await Detected(recording);
        var single = rows.Where(r => r.Value.Count == 1).ToList();
        Assert.Equal(6, single.Count);
        Assert.All(single, r => Assert.Equal("", r.Value[0].Split(',')[1]));
        Assert.All(rows.Values, Scored);
    }

    [Fact]
    public async Task No_usable_segment_is_refused()
    {
        var recording = new TinyRecording();
        recording.Scrapes.RemoveRange(45, recording.Scrapes.Count - 45);
        recording.Jobs.Clear();
        for (var i = 0; i < 45; i += 5)
            recording.Jobs.Add($"{50 + i}|blink|{Zero + i}|{Zero + i + 5}");
        recording.Write(Data);
        await Refused(Words("train"), "none of 9 segments has 10 frames or more");
    }

    [Theory]
    [InlineData("--from", "1700000300", "--until", "1700000100", "--from 1700000300 is not before --until 1700000100")]
    [InlineData("--from", "0.8", "--until", "0.2", "--from 0.8 is not before --until 0.2")]
    [InlineData("--from", "0.9", "--until", "1700000100", "0 segments")]
    [InlineData("--from", "1800000000", "--until", "1900000000", "0 segments")]
    public async Task An_empty_selection_is_refused(string a, string from, string b, string until, string why)
    {
        new TinyRecording().Write(Data);
        await Refused([.. Words("train"), a, from, b, until], why);
        await Refused([.. Words("detect"), a, from, b, until], why);
    }

    [Fact]
    public async Task A_full_disk_leaves_the_old_library_and_no_rest()
    {
        if (!File.Exists("/dev/full"))
            return;
        new TinyRecording().Write(Data);
        File.Copy(trained.Library, Out);
        // The temporary file is where writing happens; a link to a device that is always full stands for the disk.
        File.CreateSymbolicLink(Out + ".tmp", "/dev/full");
        await Refused(Words("train"), "cannot write the library 'library'", "nothing was changed");
        Assert.Equal(File.ReadAllBytes(trained.Library), File.ReadAllBytes(Out));
    }

    [Fact]
    public async Task A_full_disk_leaves_the_old_scores_and_no_rest()
    {
        if (!File.Exists("/dev/full"))
            return;
        var (rows, _) = await Detected(new TinyRecording());
        var file = Path.Combine(Scores, rows.Keys.Order(StringComparer.Ordinal).First());
        var before = File.ReadAllText(file);
        File.CreateSymbolicLink(file + ".part", "/dev/full");
        await Refused(Words("detect"), "cannot be written");
        Assert.Equal(before, File.ReadAllText(file));
    }

    [Fact]
    public async Task A_library_of_other_metrics_is_refused()
    {
        var recording = new TinyRecording();
        for (var t = 0; t < recording.Scrapes.Count; t++)
            recording.Change(t, body => body.Replace("node_procs_", "ipmi_fan_").Replace("node_memory_", "ipmi_power_"));
        recording.Write(Data);
        await Refused(Words("detect"), "the library was made for other metrics", "0 of its 4", "procs_running");
        Assert.Empty(Directory.GetFiles(Scores));
    }

    [Fact]
    public async Task Torn_foreign_old_and_tampered_libraries_are_refused_each_in_its_own_words()
    {
        new TinyRecording().Write(Data);
        var whole = File.ReadAllBytes(trained.Library);
        await Bent(whole[..^100], "is torn or was changed");
        await Bent([], "is no library of Tocsin");
        await Bent("PK\u0003\u0004 something else"u8.ToArray(), "is no library of Tocsin");
        var bytes = (byte[])whole.Clone();
        bytes[8] = 99;
        await Bent(bytes, "has format 99");
        bytes = (byte[])whole.Clone();
        bytes[whole.Length / 2] ^= 1;
        await Bent(bytes, "is torn or was changed");

        async Task Bent(byte[] content, string why)
        {
            File.WriteAllBytes(Out, content);
            await Refused(TrainedLibrary.Detect(Data, Out, Scores), "'library'", why);
            Assert.False(Directory.Exists(Scores));
        }
    }

    [Fact]
    public async Task Folders_where_files_should_be_are_refused_before_any_work()
    {
        new TinyRecording().Write(Data);
        Directory.CreateDirectory(Out);
        await Refused(Words("train"), "'library' is a folder");
        await Refused(TrainedLibrary.Detect(Data, Out, Scores), "'library' is a folder");
        await Refused(TrainedLibrary.Train(Data, Path.Combine(_folder, "nowhere", "library")), "there is no folder");
        await Refused(TrainedLibrary.Detect(Data, Path.Combine(_folder, "nothing"), Scores), "there is no library 'nothing'");
        await Refused(TrainedLibrary.Detect(Path.Combine(_folder, "nowhere"), trained.Library, Scores), "there is no folder 'nowhere'");
        File.WriteAllText(Scores, "");
        await Refused(Words("detect"), "folder for scores");
    }

    [Fact]
    public async Task A_folder_that_this_user_may_not_read_is_refused()
    {
        const string SetPrivileges = "/usr/bin/setpriv";
        if (OperatingSystem.IsWindows())
            return;
        new TinyRecording().Write(Data);
        string[] nobody = [];
        if (Environment.UserName == "root")
        {
            // Root may read everything, so it steps down; where that user cannot even reach the executable there is nothing to see.
            if (!File.Exists(SetPrivileges))
                return;
            nobody = [SetPrivileges, "--reuid", "65534", "--regid", "65534", "--clear-groups"];
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
            if ((await Run([.. nobody, "test", "-r", Executable])).ExitCode != 0)
                return;
        }
        File.SetUnixFileMode(Data, UnixFileMode.None);
        try
        {
            var result = await Run([.. nobody, "dotnet", Executable, .. TrainedLibrary.Train(Data, Out)]);
            Refused(result, "cannot be read");
        }
        finally
        {
            File.SetUnixFileMode(Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static string Executable => Path.Combine(AppContext.BaseDirectory, "tocsin.dll");

    private static Task<ProcessResult> Run(string[] words) => TocsinProcess.RunAsync(words[0], words[1..], TimeSpan.FromMinutes(1));

    private string[] Words(string command) => command == "train" ? TrainedLibrary.Train(Data, Out) : TrainedLibrary.Detect(Data, trained.Library, Scores);

    private async Task<(Dictionary<string, List<string>> Rows, string Error)> Detected(TinyRecording recording)
    {
        recording.Write(Data);
        var result = await TocsinProcess.RunAsync(Words("detect"));
        Assert.True(result.ExitCode == 0, result.Error);
        NoRest();
        return (Directory.GetFiles(Scores).ToDictionary(f => Path.GetFileName(f), f => File.ReadLines(f).Skip(1).ToList()), result.Error);
    }

    private async Task Refused(string[] words, params string[] why) => Refused(await TocsinProcess.RunAsync(words), why);

    private void Refused(ProcessResult result, params string[] why)
    {
        Assert.True(result.ExitCode == 1, $"exit {result.ExitCode}: {result.Error}");
        var lines = result.Error.TrimEnd().Split('\n');
        var line = Assert.Single(lines, l => l.StartsWith("tocsin: ", StringComparison.Ordinal));
        Assert.Equal(line, lines[^1]);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.All(why, w => Assert.Contains(w, line));
        NoRest();
    }

    private void NoRest() => Assert.DoesNotContain(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories), f => f.EndsWith(".tmp", StringComparison.Ordinal) || f.EndsWith(".part", StringComparison.Ordinal));

    /// <summary>Every row but the first has a finite score.</summary>
    private static void Scored(List<string> rows) =>
        Assert.All(rows.Skip(1), r => Assert.True(double.TryParse(r.Split(',')[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && double.IsFinite(score), r));
}
