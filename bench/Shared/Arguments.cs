using System.Globalization;

namespace TaskApi.Bench;

/// <summary>A command and its options, <c>--name value</c>.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    private Arguments(string command) => Command = command;

    /// <summary>The first argument; empty if there is none.</summary>
    public string Command { get; }

    /// <summary>Takes a command line apart.</summary>
    /// <exception cref="ArgumentException">An option is malformed.</exception>
    public static Arguments Parse(string[] args)
    {
        var parsed = new Arguments(args.Length == 0 ? "" : args[0]);
        for (var i = 1; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length)
                throw new ArgumentException($"Expected --name value, not '{args[i]}'.", nameof(args));
            parsed._values[args[i][2..]] = args[i + 1];
        }

        return parsed;
    }

    /// <summary>A number, or what stands for it if it isn't given.</summary>
    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>A text, or what stands for it if it isn't given.</summary>
    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    /// <summary>A text that has to be given.</summary>
    public string Required(string name) =>
        _values.TryGetValue(name, out var value) ? value : throw new ArgumentException($"--{name} is missing.", name);
}
