namespace Tocsin.Shared;

/// <summary>A failure that the caller can act on; its message is one line that names the thing, the value, what was expected and what to do.
/// The command line prints it and exits with 1. Anything else that is thrown is a bug.</summary>
public abstract class TocsinException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Data from outside that cannot be used at all. A single bad sample is not this: it is counted (<see cref="Rejections"/>).</summary>
public sealed class BadDataException(string message, Exception? inner = null) : TocsinException(message, inner);

/// <summary>A pattern library that was refused: torn, old, foreign, tampered, or made for other metrics.</summary>
public sealed class LibraryRefusedException(string message, Exception? inner = null) : TocsinException(message, inner);

/// <summary>A part outside of the process failed: disk, network, exporter, database. Kinds that a caller tells apart derive from it.</summary>
public class DependencyException(string message, Exception? inner = null) : TocsinException(message, inner);
