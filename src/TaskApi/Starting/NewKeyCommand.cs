using TaskApi.AspNetCore.Security;

namespace TaskApi.Starting;

/// <summary>The command <c>new-key NAME</c>: makes a key, shows it this once, and says how to configure it. Starts no service.</summary>
internal static class NewKeyCommand
{
    /// <summary>The command.</summary>
    public const string Name = "new-key";

    private const int Misused = 2;

    /// <summary>True if the program is called as this command.</summary>
    public static bool IsMeant(string[] args) => args is [Name, ..];

    /// <summary>Runs the command.</summary>
    /// <returns>The exit code: 0, or 2 if <paramref name="args"/> are not a command and one good name.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is not [_, var name])
        {
            errors.WriteLine($"Usage: {Name} NAME, where NAME is whose key it will be.");
            return Misused;
        }

        if (!ApiKeyText.IsName(name))
        {
            errors.WriteLine($"{Name}: a name must be {ApiKeyText.NameRule}.");
            return Misused;
        }

        var key = ApiKeyText.NewKey();
        output.WriteLine(Explain(name, key, ApiKeyText.Hash(key)));
        return 0;
    }

    private static string Explain(string name, string key, string hash) => $$"""
        A new key for {{name}}. It is shown this once; the service knows only its hash.

            {{key}}

        To configure it (the number is its place in the list of keys, from 0), set in the environment

            Security__ApiKeys__0__Name={{name}}
            Security__ApiKeys__0__Hash={{hash}}

        or in appsettings.json

            { "Security": { "ApiKeys": [ { "Name": "{{name}}", "Hash": "{{hash}}" } ] } }

        and start the service again. Calls then bring the key as

            Authorization: Bearer {{key}}
        """;
}
