using System.Text;
using System.Text.RegularExpressions;
using Tocsin.Shared;

namespace Tocsin.Ingest.Recordings;

/// <summary>Takes names out of a recording: of nodes, users and jobs, and what in labels says who, which machine and where. The same name becomes the same everywhere. One thread.</summary>
public sealed partial class Anonymiser(KeyedNames names, IEnumerable<string> nodes)
{
    /// <summary>Labels whose whole value is a name of a machine.</summary>
    private static readonly string[] Machines = ["instance", "nodename", "Hostname", "hostname", "host", "domainname"];

    /// <summary>Labels whose whole value tells this piece of hardware, this person or this job from others.</summary>
    private static readonly string[] Private =
    [
        "UUID", "uuid", "serial", "serial_number", "product_serial", "product_uuid", "board_serial", "board_asset_tag", "chassis_serial", "chassis_asset_tag", "product_asset_tag", "machine_id", "boot_id",
        "address", "broadcast", "mac", "ip", "ifalias", "user", "username", "uid", "account", "slurm_account", "job_name", "jobname", "slurm_job_name", "cmdline", "command", "pod", "namespace", "container",
    ];

    /// <summary>Labels that hold paths: what lies below the usual folders is named by people.</summary>
    private static readonly string[] Paths = ["mountpoint", "path", "device", "id", "cgroup", "name"];

    private static readonly HashSet<string> Usual = new(StringComparer.Ordinal)
    {
        "", "bin", "boot", "cgroup", "data", "dev", "docker", "efi", "etc", "fs", "home", "hugepages", "init.scope", "lib", "lib64", "local", "lost+found", "mapper", "media", "mnt", "mqueue", "nvme", "opt", "proc", "pts",
        "root", "run", "sbin", "scratch", "shm", "slurm", "snap", "srv", "sys", "system.slice", "tmp", "unified", "user", "user.slice", "usr", "var", "work",
    };

    private readonly HashSet<string> _nodes = new(nodes, StringComparer.Ordinal);
    private readonly HashSet<string> _users = new(StringComparer.Ordinal);
    private readonly HashSet<string> _jobs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _labels = new(StringComparer.Ordinal);

    /// <summary>What was hidden so far, and what was not, in lines.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"hidden: names of {_nodes.Count} {(_nodes.Count == 1 ? "node" : "nodes")}, {_users.Count} {(_users.Count == 1 ? "user" : "users")} and {_jobs.Count} kinds of jobs"
            + (_labels.Count == 0 ? "" : $"; values of the labels {string.Join(", ", _labels.Order(StringComparer.Ordinal))}");
        yield return "not hidden: ids and times of jobs, all numbers, names of metrics and devices, versions of kernel, firmware and hardware, values of other labels; look through it before you give it away";
    }

    public string Node(string name)
    {
        _nodes.Add(name);
        return names.Of("node", name);
    }

    public JobRun Job(JobRun job)
    {
        _jobs.Add(job.JobName);
        if (job.User is { Length: > 0 } user)
            _users.Add(user);
        return job with
        {
            JobName = names.Of("job", job.JobName),
            User = job.User is { Length: > 0 } ? names.Of("user", job.User) : job.User,
            Nodes = [.. job.Nodes.Select(Node)],
        };
    }

    /// <summary>Exposition text with other values of labels.</summary>
    public byte[] Body(ReadOnlySpan<byte> text)
    {
        var result = new StringBuilder(text.Length + 256);
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            // Comments are left out of a recording anyway.
            if (line.Length > 0 && line[0] != '#')
                result.Append(line.Contains('{') ? Label().Replace(line, m => $"{m.Groups[1].Value}=\"{Value(m.Groups[1].Value, m.Groups[2].Value)}\"") : line).Append('\n');
        }
        return Encoding.UTF8.GetBytes(result.ToString());
    }

    private string Value(string label, string value)
    {
        var hidden = value.Length == 0 ? value
            : Machines.Contains(label) ? Machine(value)
            : Private.Contains(label) ? names.Of("hidden", value)
            : Paths.Contains(label) ? Path(value)
            : Known(value);
        if (hidden != value)
            _labels.Add(label);
        return hidden;
    }

    /// <summary>A port stays; the domain of a node that is known goes, as it does where series are mapped to nodes.</summary>
    private string Machine(string value)
    {
        var port = value.LastIndexOf(':') is var colon and > 0 && value[(colon + 1)..].All(char.IsAsciiDigit) ? value[colon..] : "";
        var name = value[..^port.Length];
        return Node(name.Split('.')[0] is var host && _nodes.Contains(host) ? host : name) + port;
    }

    /// <summary>Part by part; of a server's export (<c>host:/path</c>) and of a unit's instance (<c>user@1000.service</c>) too.</summary>
    private string Path(string value)
    {
        if (!value.Contains('/') && !value.Contains('@') && !value.Contains(':'))
            return Known(value);
        if (value.StartsWith("/dev/", StringComparison.Ordinal) && !value.Contains("/mapper/", StringComparison.Ordinal))
            return value;
        return string.Join('/', value.Split('/').Select(part => Usual.Contains(part) ? part : names.Of("hidden", part)));
    }

    /// <summary>What holds the name of a node or a user as a word.</summary>
    private string Known(string value) => Word().Replace(value, w => _nodes.Contains(w.Value) ? names.Of("node", w.Value) : _users.Contains(w.Value) ? names.Of("user", w.Value) : w.Value);

    [GeneratedRegex(@"([A-Za-z_][A-Za-z0-9_]*)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Label();

    [GeneratedRegex(@"[\p{L}\p{Nd}_.-]+")]
    private static partial Regex Word();
}
