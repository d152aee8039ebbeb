namespace Tocsin.Actors.Log;

/// <summary>Why the log could not do what it was asked. Not an exception: who asked decides.</summary>
/// <param name="Message">One line for the operator.</param>
public abstract record LogFailure(string Message)
{
    public sealed override string ToString() => Message;
}

/// <summary>More is waiting to be written than may wait. Nothing is broken and nothing was taken.</summary>
public sealed record LogOverloaded(TimeSpan RetryAfter) : LogFailure($"the log has its maximum of records waiting to be written; try again in {RetryAfter.TotalSeconds:0.#} s");

/// <summary>The disk, or the space that the log may take of it, is full. Nothing was taken; what was partly written was cut off.</summary>
public sealed record LogFull(string Message) : LogFailure(Message);

/// <summary>A record larger than the log takes; trying again does not help.</summary>
public sealed record RecordTooLarge(int Bytes, int Most) : LogFailure($"a record of {Bytes} bytes; the log takes at most {Most}");

/// <summary>The disk or the broker failed. The record may be there or not, so whoever sends it again sends it twice at worst.</summary>
public sealed record LogBroken(string Message) : LogFailure(Message);

public sealed record LogClosed() : LogFailure("the log is closed");

/// <summary>The offset is not in the log: retention passed it, or it is from another log. Going on elsewhere would skip records, so who asked decides.</summary>
/// <param name="First">The first offset that is there.</param>
/// <param name="Next">The offset that the next record will get.</param>
public sealed record OffsetOutOfRange(TopicPartition At, long Asked, long First, long Next)
    : LogFailure($"{At} was asked for offset {Asked}, but has {First} to {Next}");

/// <summary>A record whose checksum, length or offset is wrong, with whole ones behind it.</summary>
/// <param name="Position">Byte in the file.</param>
/// <param name="Offset">Of the record that should be there.</param>
public sealed record LogCorrupt(string File, long Position, long Offset, string Why)
    : LogFailure($"the log is damaged in '{File}' at byte {Position}, offset {Offset}: {Why}; restore the file, or move the partition's folder away and lose what is in it");
