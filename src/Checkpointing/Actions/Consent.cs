namespace Tocsin.Checkpointing.Actions;

/// <summary>Stored: the numbers never change.</summary>
public enum RequeueConsent
{
    Never = 0,

    /// <summary>Only after a checkpoint that the job has acknowledged.</summary>
    AfterCheckpoint = 1,

    /// <summary>Also without one, where starting anew is expected to lose less.</summary>
    Always = 2,
}

/// <summary>What a job allows to be done to it. Without a word: nothing.</summary>
/// <param name="Signal">USR1 or USR2: it writes a checkpoint when it gets it; null = it has no handler and receives none.</param>
public readonly record struct Consent(string? Signal, RequeueConsent Requeue)
{
    public static Consent None { get; }

    /// <summary>Reads a job's comment: <c>tocsin:signal=USR1,requeue</c> anywhere between spaces or semicolons. Hostile text: what is not exactly one of the words
    /// that are known is no consent at all.</summary>
    public static Consent Of(string? comment)
    {
        const int MostRead = 1024;
        if (comment is null or { Length: > MostRead })
            return None;
        foreach (var part in comment.Split([' ', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith(ActionId.Prefix, StringComparison.Ordinal))
                return Words(part[ActionId.Prefix.Length..]) ?? None;
        }
        return None;
    }

    /// <summary>What stands behind <c>tocsin:</c>, and for a partition in the options: <c>signal=USR1,requeue</c>. Null: not exactly words that are known.</summary>
    public static Consent? Words(string text)
    {
        var (signal, requeue) = ((string?)null, RequeueConsent.Never);
        foreach (var word in text.Split(','))
        {
            switch (word)
            {
                case "signal=USR1" or "signal=USR2":
                    signal = word["signal=".Length..];
                    break;
                case "requeue":
                    requeue = RequeueConsent.AfterCheckpoint;
                    break;
                case "requeue=always":
                    requeue = RequeueConsent.Always;
                    break;
                default:
                    return null;
            }
        }
        return new Consent(signal, requeue);
    }
}
