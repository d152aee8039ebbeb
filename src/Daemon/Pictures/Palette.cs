namespace Tocsin.Daemon.Pictures;

/// <summary>Colours that stay apart for colour-blind eyes: verdicts from the set of Okabe and Ito, job bands from light tints that carry black text.
/// A verdict is never told by colour alone: each has a shape of its own as well.</summary>
internal static class Palette
{
    public static readonly Rgba Paper = Rgba.Hex("FFFFFF");
    public static readonly Rgba Ink = Rgba.Hex("1C2430");
    public static readonly Rgba Soft = Rgba.Hex("5B6572");
    public static readonly Rgba Frame = Rgba.Hex("9AA3AE");
    public static readonly Rgba Grid = Rgba.Hex("E6E9ED");
    public static readonly Rgba Unscored = Rgba.Hex("F1F2F4");
    public static readonly Rgba Idle = Rgba.Hex("E4E6E9");
    public static readonly Rgba Score = Rgba.Hex("1F3A5F");
    public static readonly Rgba Found = Rgba.Hex("009E73");
    public static readonly Rgba Missed = Rgba.Hex("D55E00");
    public static readonly Rgba False = Rgba.Hex("B04A8C");
    public static readonly Rgba Alarm = Rgba.Hex("0072B2");

    private static readonly Rgba[] Bands =
    [
        Rgba.Hex("8FB8E3"), Rgba.Hex("F0B48A"), Rgba.Hex("8FD0B6"), Rgba.Hex("F3E29B"), Rgba.Hex("CDB4E8"), Rgba.Hex("A9E0F5"),
        Rgba.Hex("F7B6C6"), Rgba.Hex("C9D66B"), Rgba.Hex("D3BEA0"), Rgba.Hex("9FB5C4"), Rgba.Hex("E8A0A0"), Rgba.Hex("B7E3A1"),
    ];

    private static readonly Rgba[] Series =
    [
        Rgba.Hex("0072B2"), Rgba.Hex("D55E00"), Rgba.Hex("009E73"), Rgba.Hex("B04A8C"), Rgba.Hex("1C2430"), Rgba.Hex("E69F00"), Rgba.Hex("56B4E9"), Rgba.Hex("7A6A4F"),
    ];

    /// <summary>The colour of the n-th job name, in order of first appearance; after twelve they come again.</summary>
    public static Rgba Band(int n) => Bands[n % Bands.Length];

    public static Rgba Line(int n) => Series[n % Series.Length];
}
