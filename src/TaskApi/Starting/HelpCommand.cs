using System.Globalization;
using TaskApi.Engine.Configuration;

namespace TaskApi.Starting;

/// <summary>The command <c>--help</c>: how the program is called, and every setting. Starts no service.</summary>
internal static class HelpCommand
{
    /// <summary>The command, as it is written in full.</summary>
    public const string Name = "--help";

    /// <summary>True if the program is asked for help, whatever else it is called with.</summary>
    public static bool IsMeant(string[] args) => args is ["help"] || args.Any(static argument => argument is Name or "-h" or "-?" or "/?");

    /// <summary>Prints it.</summary>
    /// <param name="sections">The service's own sections of the configuration.</param>
    /// <param name="output">Where to.</param>
    /// <returns>The exit code: 0.</returns>
    public static int Run(IEnumerable<SettingsSection> sections, TextWriter output)
    {
        output.WriteLine(Usage);
        foreach (var section in sections)
        {
            foreach (var setting in section.Settings)
                Write(output, setting.Key, Line(setting.Unit, setting.Range, setting.Default), setting.Text);
        }

        output.WriteLine();
        output.WriteLine("Of the host and its libraries:");
        output.WriteLine();
        foreach (var setting in HostSettings.All)
            Write(output, setting.Key, Line(setting.Unit, "", setting.Default), setting.Text);
        return 0;
    }

    private static string Usage => $$"""
        TaskApi: asyncio's task vocabulary as a network service.

        Usage:

          dotnet TaskApi.dll [--Section:Name=VALUE ...]   starts the service, at {{HostSettings.DefaultUrl}} unless --urls says otherwise
          dotnet TaskApi.dll new-key NAME                 makes an API key for NAME, and prints the lines to configure
          dotnet TaskApi.dll --help                       prints this

        Settings are arguments (--Tasks:MaxPending=1000), environment variables (Tasks__MaxPending=1000), or in appsettings.json beside
        the program ({ "Tasks": { "MaxPending": 1000 } }); the first of these goes before the others.

        """;

    private static string Line(string unit, string range, string usual) =>
        string.Join("; ", ((string[])[unit, range, $"default: {usual}"]).Where(static part => part.Length > 0));

    private static void Write(TextWriter output, string key, string values, string text)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {key,-38} {text}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"",-38} {values}"));
    }
}
