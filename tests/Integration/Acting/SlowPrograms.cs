namespace Tocsin.Integration.Acting;

/// <summary>Programs that stand in front of Slurm's: one call can be held up before it reaches Slurm, or after Slurm has done it and before its caller knows; and what was done is written down.</summary>
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
            File.WriteAllText(path, $$"""
                #!/bin/sh
                # hold: WHEN PROGRAM SKIP SECONDS PATTERN; once, for a call of it that has the pattern in it, after so many of them that are let through.
                at=${0%/*} when=''
                if read -r word program skip seconds pattern 2>/dev/null <"$at/hold" && [ "$program" = {{program}} ]; then
                  case "$*" in
                    *"$pattern"*)
                      if [ "$skip" -gt 0 ]; then
                        echo "$word $program $((skip - 1)) $seconds $pattern" >"$at/hold.next" && mv "$at/hold.next" "$at/hold"
                      elif mv "$at/hold" "$at/taken" 2>/dev/null; then
                        when=$word
                      fi
                      ;;
                  esac
                fi
                [ "$when" != before ] || { : >"$at/held"; sleep "$seconds"; }
                /usr/bin/{{program}} "$@"
                status=$?
                case "{{program}} $*" in *" show "*) ;; scontrol* | scancel*) echo "$status {{program}} $*" >>"$at/ran" ;; esac
                [ "$when" != after ] || { : >"$at/held"; sleep "$seconds"; }
                [ -z "$when" ] || : >"$at/over"
                exit $status
                """);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }
    }

    public string Folder { get; }

    /// <summary>Commands that Slurm has done, no questions, by the programs' own exit status: program and arguments.</summary>
    public IReadOnlyList<string> Ran => File.Exists(In("ran")) ? [.. File.ReadAllLines(In("ran")).Where(l => l.StartsWith("0 ", StringComparison.Ordinal)).Select(l => l[2..])] : [];

    /// <param name="when">before or after.</param>
    /// <param name="pattern">Of the call's words.</param>
    /// <param name="skip">So many such calls are let through first.</param>
    public void Hold(string when, string pattern, string program = "scontrol", int skip = 0, int seconds = HoldSeconds)
    {
        File.Delete(In("held"));
        File.Delete(In("over"));
        File.WriteAllText(In("hold.new"), $"{when} {program} {skip} {seconds} {pattern}\n");
        File.Move(In("hold.new"), In("hold"), overwrite: true);
    }

    /// <summary>The call is there, and held up.</summary>
    public Task HeldAsync() => Waiting.ForAsync(() => File.Exists(In("held")), "a call to be held up", TimeSpan.FromMinutes(3));

    /// <summary>The call that was held up is over, whoever waits for it.</summary>
    public Task OverAsync() => Waiting.ForAsync(() => File.Exists(In("over")), "the call that was held up to end", TimeSpan.FromMinutes(3));

    private string In(string name) => Path.Combine(Folder, name);
}
