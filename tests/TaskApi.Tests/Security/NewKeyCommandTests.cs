using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using TaskApi.Starting;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

public sealed partial class NewKeyCommandTests
{
    [Fact]
    public async Task NewKey_Configured_LetsItsHolderIn()
    {
        var (exitCode, output, errors) = Run("new-key", "north-1");
        Assert.Equal((0, ""), (exitCode, errors));

        var settings = Setting().Matches(output).Select(static match => (match.Groups["name"].Value.Replace("__", ":", StringComparison.Ordinal), match.Groups["value"].Value)).ToArray();
        Assert.Equal(["Security:ApiKeys:0:Name", "Security:ApiKeys:0:Hash"], settings.Select(static setting => setting.Item1));
        await using var api = new TaskApiFactory(settings);
        using var client = api.CreateTestClient();
        client.DefaultRequestHeaders.Add("Authorization", Bearer().Match(output).Groups["credentials"].Value);
        using var reply = await client.GetAsync(new Uri("/tasks", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    [Fact]
    public void NewKey_Twice_GivesTwoKeys() => Assert.NotEqual(Bearer().Match(Run("new-key", "a").Output).Value, Bearer().Match(Run("new-key", "a").Output).Value);

    [Theory]
    [InlineData("new-key")]
    [InlineData("new-key", "")]
    [InlineData("new-key", "a b")]
    [InlineData("new-key", "a/b")]
    [InlineData("new-key", "ä")]
    [InlineData("new-key", "a", "b")]
    public void NewKey_WithoutOneGoodName_Complains(params string[] args)
    {
        var (exitCode, output, errors) = Run(args);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("new-key", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--urls=http://localhost:5080")]
    [InlineData("NEW-KEY", "a")]
    public void Program_CalledOtherwise_IsNotTheCommand(params string[] args) => Assert.False(NewKeyCommand.IsMeant(args));

    [Fact]
    public async Task Program_CalledAsTheCommand_PrintsAKeyAndEnds()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "new-key", "north"]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.Matches(Bearer(), output);
    }

    private static (int ExitCode, string Output, string Errors) Run(params string[] args)
    {
        Assert.True(NewKeyCommand.IsMeant(args));
        using var output = new StringWriter();
        using var errors = new StringWriter();
        return (NewKeyCommand.Run(args, output, errors), output.ToString(), errors.ToString());
    }

    [GeneratedRegex(@"^ *(?<name>Security__\w+)=(?<value>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Setting();

    [GeneratedRegex("Authorization: (?<credentials>Bearer taskapi_[A-Za-z0-9_-]{43})", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Bearer();
}
