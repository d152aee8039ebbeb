using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

internal static class RejectionNotes
{
    /// <summary>One line a reason, to standard error: the figures on standard output stay clean.</summary>
    public static void Print(Rejections rejections)
    {
        foreach (var (reason, (count, example)) in rejections.ByReason)
            Console.Error.WriteLine($"tocsin: {reason}: {count} (first: {example})");
    }
}
