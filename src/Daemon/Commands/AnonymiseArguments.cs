using System.CommandLine;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>--anonymise</c> of commands that make a recording.</summary>
internal sealed class AnonymiseArguments
{
    private readonly Option<bool> _hide = new("--anonymise") { Description = "names of nodes, users and jobs, and labels that say who or where, become others; says what it hides and what not" };
    private readonly Option<string?> _key = new("--anonymise-key") { Description = "file with the key of these names, made where there is none: recordings with one key name alike; without it the key is thrown away. Never give it away" };

    public void AddTo(Command command)
    {
        command.Options.Add(_hide);
        command.Options.Add(_key);
        command.Validators.Add(r =>
        {
            if (r.GetResult(_key) is { Tokens.Count: > 0 } && !r.GetValue(_hide))
                r.AddError("--anonymise-key goes with --anonymise");
        });
    }

    /// <summary>Makes the key where one is wanted, so before anything is recorded.</summary>
    /// <returns>Null: names stay; else what hides them, given the nodes that are known beforehand.</returns>
    public Func<IEnumerable<string>, Anonymiser>? Of(ParseResult parsed)
    {
        if (!parsed.GetValue(_hide))
            return null;
        var names = parsed.GetValue(_key) is { } file ? KeyedNames.LoadOrMake(file) : KeyedNames.Once();
        return nodes => new Anonymiser(names, nodes);
    }
}
