using System.Globalization;
using Tocsin.Daemon.Config;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.Daemon.Http.Access;

/// <summary>What a credential says, or why it says nothing.</summary>
/// <param name="Status">200; 401: it is not good, and a new one may be; 503: munge cannot be asked now.</param>
/// <param name="Uid">As the munged of the host where it was made saw it; of 200 only.</param>
/// <param name="Payload">What that user signed; of 200 only.</param>
/// <param name="Problem">One line; null of 200.</param>
internal sealed record MungeAnswer(int Status, uint Uid, string Payload, string? Problem)
{
    public static MungeAnswer No(int status, string problem) => new(status, 0, "", problem);
}

internal delegate Task<CommandOutcome> CommandRunner(CommandLimits command, CancellationToken stop);

/// <summary>Reads munge credentials by the program <c>unmunge</c>. munged tells each credential once within its life: a second reading is refused by munge itself.</summary>
/// <remarks>Bounds: <see cref="MaxLength"/> characters, <see cref="AtOnce"/> programs at one time, <see cref="MostWaiting"/> that wait for one, each for the option's limit at most. What is
/// above is answered 503 before anything is started.</remarks>
internal sealed class MungeReader(MungeOptions options, CommandRunner run) : IDisposable
{
    public const int MaxLength = 4096;

    private const int AtOnce = 4, MostWaiting = 64, MaxBytes = 64 << 10;

    // munge_err_t of munge.h.
    private const int Expired = 15, Rewound = 16, Replayed = 17, Unauthorized = 18, BadCredential = 8, Invalid = 14;

    private static readonly Dictionary<string, string?> Environment = new() { ["LC_ALL"] = "C" };

    private readonly SemaphoreSlim _slots = new(AtOnce, AtOnce);
    private int _waiting;

    public async Task<MungeAnswer> ReadAsync(string credential, CancellationToken stop)
    {
        if (!IsOne(credential))
            return MungeAnswer.No(401, "no credential as munge makes them");
        if (Interlocked.Increment(ref _waiting) > MostWaiting + AtOnce)
        {
            Interlocked.Decrement(ref _waiting);
            return MungeAnswer.No(503, "too many credentials are waiting to be read");
        }
        try
        {
            if (!await _slots.WaitAsync(options.Limit, stop))
                return MungeAnswer.No(503, "munge is too busy");
            try
            {
                return Of(await run(new CommandLimits(options.Program, Words, Environment, options.Limit, MaxBytes) { Input = credential + "\n" }, stop));
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose() => _slots.Dispose();

    private string[] Words => ["--numeric", "--keys=STATUS,UID,LENGTH", .. options.Socket is { } socket ? [$"--socket={socket}"] : Array.Empty<string>()];

    /// <summary>Nothing that a shell, a header or a log would trip over: MUNGE:, base64, a colon.</summary>
    private static bool IsOne(string text) =>
        text.Length is > 7 and <= MaxLength && text.StartsWith("MUNGE:", StringComparison.Ordinal) && text[^1] == ':' && text.AsSpan(6, text.Length - 7).ContainsAnyExcept(Base64) is false;

    private static readonly System.Buffers.SearchValues<char> Base64 = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    private static MungeAnswer Of(CommandOutcome outcome)
    {
        if (outcome.Failure is { } failure)
        {
            return outcome.ExitCode switch
            {
                Expired => MungeAnswer.No(401, "the credential has expired: make a new one for each request, and look at the clocks of both hosts"),
                Rewound => MungeAnswer.No(401, "the credential is from the future: look at the clocks of both hosts"),
                Replayed => MungeAnswer.No(401, "the credential was used before: make a new one for each request"),
                Unauthorized => MungeAnswer.No(401, "the credential may not be read by the user that Tocsin runs as"),
                >= BadCredential and <= Invalid => MungeAnswer.No(401, "munge does not take the credential: it is broken, or another cluster's"),
                _ => MungeAnswer.No(503, $"munge cannot be asked: {failure}"),
            };
        }
        // Metadata, an empty line, and then whatever the user signed: to the end, LENGTH long.
        var end = outcome.Output.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || Field(outcome.Output[..end], "STATUS") != 0 || Field(outcome.Output[..end], "UID") is not { } uid || Field(outcome.Output[..end], "LENGTH") is not { } length)
            return MungeAnswer.No(503, "munge cannot be asked: unmunge printed something else than expected");
        var payload = outcome.Output[(end + 2)..];
        return payload.Length == length ? new MungeAnswer(200, uid, payload, null) : MungeAnswer.No(401, "what the credential signs is not ASCII");
    }

    private static uint? Field(string metadata, string key)
    {
        foreach (var line in metadata.Split('\n'))
        {
            if (line.StartsWith(key + ":", StringComparison.Ordinal))
                return uint.TryParse(line.AsSpan(key.Length + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
        }
        return null;
    }
}
