using System.Text.RegularExpressions;
using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Security;

/// <summary>SECURITY.md tells the truth: what it says is shown by a test is.</summary>
public sealed partial class SecurityDocTests
{
    private static readonly string _document = RepositoryFile.Read("SECURITY.md");

    [Fact]
    public void Tests_ThatAreNamed_Exist()
    {
        var tests =
            from type in typeof(SecurityDocTests).Assembly.GetTypes()
            from method in type.GetMethods()
            where method.IsDefined(typeof(FactAttribute), inherit: true)
            // A test of a nested class goes by the name of the one around it.
            select $"{(type.DeclaringType ?? type).Name}.{method.Name}";

        var named = TestName().Matches(_document).Select(static match => match.Groups["test"].Value).ToList();

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(tests));
    }

    [Fact]
    public void Rows_OfTheThreatModel_AllNameATest()
    {
        var rows = _document.Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| who", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(rows);
        Assert.All(rows, static row => Assert.Matches(TestName(), row.Split('|')[^2]));
    }

    [GeneratedRegex("`(?<test>[A-Z][A-Za-z]*Tests\\.[A-Za-z0-9_]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex TestName();
}
