namespace Tocsin.ActorTests.Banned;

/// <summary>Does what is banned, in the places where it hides. Never called: the scanner is shown to find it.</summary>
internal static class Sinner
{
    public static Func<DateTime> InClosure(int days) => () => DateTime.UtcNow.AddDays(days);

    public static async Task InStateMachine() => await Task.Delay(1);

    public static Func<Guid> AsDelegate() => Guid.NewGuid;

    public static int Plain(string text) => text.GetHashCode();

    public static Task<int> Generic() => Task.Run(() => 1);
}
