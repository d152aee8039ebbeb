namespace Tocsin.Integration.Acting;

/// <summary>Programs that stand in front of Slurm's: one call of scontrol can be held up before it reaches Slurm, or after Slurm has done it and before its caller knows.</summary>
/// <remarks>A daemon that is killed meanwhile does not take the program along: it goes on, as it would on a site.</remarks>
internal sealed class SlowPrograms
{
    private const int HoldSeconds = 4;

    public SlowPrograms(string folder)
    {
        Folder = folder;
        foreach (var program in (string[])["sacct", "sinfo", "squeue", "scancel", "srun", "scontrol"])
        {
            var path = Path.Combine(folder, program);
            File.WriteAllText(path, program != "scontrol" ? $"#!/bin/sh\nexec /usr/bin/{program} \"$@\"\n" : $$"""
                #!/bin/sh
                # hold: WHEN PATTERN; once, for a call that has the pattern in it.
                at=$(dirname "$0")
                when=''
                if read -r word pattern <"$at/hold" && case "$*" in *"$pattern"*) ;; *) false ;; esac && mv "$at/hold" "$at/taken"; then when=$word; fi 2>/dev/null
                [ "$when" != before ] || { : >"$at/held"; sleep {{HoldSeconds}}; }
                /usr/bin/scontrol "$@"
                status=$?
                [ "$when" != after ] || { : >"$at/held"; sleep {{HoldSeconds}}; }
                exit $status
                """);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }
    }

    public string Folder { get; }

    /// <param name="when">before or after.</param>
    /// <param name="pattern">Of the call's words.</param>
    public void Hold(string when, string pattern)
    {
        File.Delete(Path.Combine(Folder, "held"));
        File.WriteAllText(Path.Combine(Folder, "hold.new"), $"{when} {pattern}\n");
        File.Move(Path.Combine(Folder, "hold.new"), Path.Combine(Folder, "hold"), overwrite: true);
    }

    /// <summary>The call is there, and held up.</summary>
    public Task HeldAsync() => Waiting.ForAsync(() => File.Exists(Path.Combine(Folder, "held")), "a call of scontrol to be held up", TimeSpan.FromMinutes(3));
}
