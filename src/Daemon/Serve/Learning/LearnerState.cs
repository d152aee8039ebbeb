using System.Text.Json;
using Tocsin.Actors.Learning;

namespace Tocsin.Daemon.Serve.Learning;

/// <summary>What the learner knows from life to life.</summary>
/// <param name="Tried">Segments that were learned from or checked on: they alone are no reason to learn again.</param>
internal sealed record LearnerState(IReadOnlyList<string> Tried, long? LastTryMs, IReadOnlyList<Confirmation> Confirmations)
{
    public static LearnerState New { get; } = new([], null, []);
}

/// <summary>Small things of the learner's, each a file of JSON. What cannot be read is begun anew: nothing rests on it but work done twice.</summary>
internal sealed class LearnerFile<T>(string path, Func<T> fresh, Action<string> say)
    where T : class
{
    public T Load()
    {
        try
        {
            if (WholeFile.Read(path, say) is { } bytes && JsonSerializer.Deserialize<T>(bytes) is { } known)
                return known;
        }
        catch (JsonException damage)
        {
            say($"{Path.GetFileName(path)} is damaged and begun anew: {damage.Message}");
        }
        return fresh();
    }

    public void Save(T value) => WholeFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(value), say);
}
