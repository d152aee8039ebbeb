namespace Tocsin.Checkpointing.Actions;

/// <summary>What a job consents to: what its own comment says, else what the site says for its partition. The picture of all jobs and the last look before a command
/// both go by this one rule.</summary>
/// <param name="partitions">By exact name.</param>
public sealed class ConsentRule(IReadOnlyDictionary<string, Consent> partitions)
{
    public static ConsentRule CommentsAlone { get; } = new(new Dictionary<string, Consent>());

    /// <param name="comment">Hostile text. Whatever in it bears Tocsin's name, well written or not, silences the partition: <c>tocsin:none</c> refuses.</param>
    /// <param name="whole">False: some of the comment was cut off, and may have been a refusal. Then the partition says nothing.</param>
    public Consent Of(string partition, string comment, bool whole) =>
        comment.Contains(ActionId.Prefix, StringComparison.OrdinalIgnoreCase) ? Consent.Of(comment)
        : whole && partitions.TryGetValue(partition, out var site) ? site
        : Consent.None;
}
