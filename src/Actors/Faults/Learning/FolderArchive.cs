using System.Globalization;
using System.Text.Json;
using Tocsin.Actors.Faults.Intervals;
using Tocsin.Actors.Faults.Labels;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;
using Tocsin.Inference.Libraries;
using Tocsin.Shared;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Faults.Learning;

/// <summary>A folder: <c>intervals/NUMBER.interval</c>, <c>labels.jsonl</c>, <c>models/vN.model</c> and <c>state.json</c>. Whole files are written beside their place and moved into it.
/// What cannot be read is put aside and never removed: it may be of a newer program, or mended by hand. Layout in docs/FORMATS.md.</summary>
/// <param name="intervalMs">Length of an interval. With another one than before numbers mean other times: intervals and versions go, labels stay.</param>
/// <param name="flush">Also to the disk, so that it survives the end of the machine.</param>
/// <param name="say">Told what cannot be read and is left out.</param>
public sealed class FolderArchive(string folder, long intervalMs, bool flush, Action<string> say) : IFaultArchive
{
    private readonly string _intervals = Path.Combine(folder, "intervals"), _models = Path.Combine(folder, "models"), _state = Path.Combine(folder, "state.json");
    private readonly SetAside _aside = new(say);
    private readonly LabelFile _labels = new(Path.Combine(folder, "labels.jsonl"), flush, say);

    public ArchiveContent Load() => Guarded("read", () =>
    {
        Directory.CreateDirectory(_intervals);
        Directory.CreateDirectory(_models);
        var state = File.Exists(_state) ? State() : StoredModels.None with { IntervalMs = intervalMs };
        if (state.IntervalMs != intervalMs)
        {
            say($"intervals are {intervalMs} ms long now and were {state.IntervalMs}: what was learned of them is begun anew, labels stay");
            Clear();
            state = StoredModels.None with { IntervalMs = intervalMs };
        }
        Whole(_state, JsonSerializer.SerializeToUtf8Bytes(state));
        var models = new Dictionary<int, FaultModel>();
        foreach (var number in state.Served)
        {
            if (Model(number, state) is { } model)
                models[number] = model;
        }
        return new ArchiveContent([.. Directory.EnumerateFiles(_intervals, "*.interval").Order(StringComparer.Ordinal).Select(Interval).OfType<ClosedInterval>()], _labels.Load(), state, models);
    });

    public void Save(ClosedInterval interval) => Guarded("written", () => Whole(PathOf(interval.Number), WireBytes.Of(new StoredInterval(interval))));

    public void Remove(IReadOnlyList<long> intervals)
    {
        foreach (var number in intervals)
        {
            try
            {
                File.Delete(PathOf(number));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                say($"interval {number} cannot be removed: {failure.Message}");
            }
        }
    }

    public void Append(IReadOnlyCollection<LabelRecord> changed, LabelBook all) => _labels.Append(changed, all);

    public void Save(FaultModel model, ModelVersion version) => FaultModelFile.Write(PathOf(version.Number), model, version);

    public void Save(StoredModels state) => Guarded("written", () =>
    {
        Whole(_state, JsonSerializer.SerializeToUtf8Bytes(state));
        foreach (var file in Directory.EnumerateFiles(_models, "v*.model"))
        {
            if (!state.Served.Any(n => PathOf(n) == file))
                File.Delete(file);
        }
    });

    private void Clear()
    {
        foreach (var file in Directory.EnumerateFiles(_intervals).Concat(Directory.EnumerateFiles(_models)))
            File.Delete(file);
    }

    private string PathOf(long interval) => Path.Combine(_intervals, interval.ToString("D12", CultureInfo.InvariantCulture) + ".interval");

    private string PathOf(int version) => Path.Combine(_models, $"v{version}.model");

    private void Whole(string path, byte[] bytes)
    {
        using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(bytes);
            file.Flush(flush);
        }
        File.Move(path + ".new", path, overwrite: true);
    }

    private ClosedInterval? Interval(string path)
    {
        if (WireBytes.TryRead<StoredInterval>(File.ReadAllBytes(path), out var stored, out var failure))
            return stored.Interval;
        _aside.Put(path, $"{failure}");
        return null;
    }

    /// <summary>Which version a file holds its own manifest says: a file that was put in another's place does not serve.</summary>
    private FaultModel? Model(int number, StoredModels state)
    {
        var path = PathOf(number);
        try
        {
            var (model, about) = FaultModelFile.Read(path);
            var known = state.All.FirstOrDefault(v => v.Number == number);
            if (known is not null && about.Number == number && about.Source == known.Source)
                return model;
            _aside.Put(path, $"it holds version {about.Number} ({about.Source.ToString().ToLowerInvariant()}), which is not the one that served");
        }
        catch (LibraryRefusedException refused)
        {
            _aside.Put(path, refused.Message);
        }
        catch (DependencyException) when (!File.Exists(path))
        {
            say($"{path} is not there: version {number} cannot serve");
        }
        return null;
    }

    /// <summary>Without it nobody knows which of the weights served: they are put aside with it, since what the state does not name is removed.</summary>
    private StoredModels State()
    {
        string why;
        try
        {
            if (JsonSerializer.Deserialize<StoredModels>(File.ReadAllBytes(_state)) is { Format: StoredModels.Newest, All: not null, Served: not null, Days: not null } state)
                return state;
            why = "it is of another format";
        }
        catch (JsonException damage)
        {
            why = damage.Message;
        }
        _aside.Put(_state, $"{why}; no model serves until one is trained");
        foreach (var weights in Directory.EnumerateFiles(_models, "v*.model").Order(StringComparer.Ordinal).ToList())
            _aside.Put(weights, "the state that says whether it served cannot be read");
        return StoredModels.None with { IntervalMs = intervalMs };
    }

    private static void Guarded(string what, Action act) => Guarded(what, () =>
    {
        act();
        return 0;
    });

    private static T Guarded<T>(string what, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"the fault model's folder cannot be {what}: {failure.Message}", failure);
        }
    }
}
