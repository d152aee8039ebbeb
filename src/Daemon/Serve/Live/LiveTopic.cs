namespace Tocsin.Daemon.Serve.Live;

/// <summary>What else than nodes and alerts may be another while somebody looks at it.</summary>
internal enum LiveTopic
{
    /// <summary>Versions of the library, patterns, and what has matched the provisional ones.</summary>
    Library,
    Labels,
    Verdicts,

    /// <summary>What is decided, done and vetoed.</summary>
    Actions,
}
