using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.Starting;

/// <summary>
/// The arguments of the program, read as the configuration reads them (<c>--key=value</c>, <c>--key value</c>, <c>/key value</c>,
/// <c>key=value</c>); which says nothing of what it leaves out, and takes every key.
/// </summary>
internal sealed class CommandLine
{
    private readonly List<string> _keys = [];
    private readonly List<string> _faults = [];

    /// <param name="args">The arguments.</param>
    public CommandLine(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var start = args[i].StartsWith("--", StringComparison.Ordinal) ? 2 : args[i].StartsWith('/') ? 1 : 0;
            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && !(start == 0 && args[i][0] == '-'))
                _keys.Add(args[i][start..equals]);
            else if (start == 0)
                AddWord(args[i]);
            else if (i + 1 == args.Length || args[i + 1].StartsWith("--", StringComparison.Ordinal))
                _faults.Add($"The argument {args[i]} has no value; it is written {args[i]}=VALUE.");
            else
                _keys.Add(args[i++][start..]);
        }
    }

    /// <summary>The settings that are given.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>What is no setting, in a sentence each.</summary>
    public IReadOnlyList<string> Faults => _faults;

    private void AddWord(string word)
    {
        string[] commands = [NewKeyCommand.Name, HelpCommand.Name];
        var nearest = commands.MinBy(command => EditDistance.Between(word, command))!;
        _faults.Add(EditDistance.Between(word, nearest) <= 2
            ? $"There is no command {word}; did you mean {nearest}?"
            : $"The argument {word} is neither a command ({string.Join(", ", commands)}) nor a setting, which is written --Tasks:MaxPending=1000.");
    }
}
