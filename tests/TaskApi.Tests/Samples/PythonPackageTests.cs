using System.Xml.Linq;

namespace TaskApi.Tests.Samples;

/// <summary>clients/python as a package: its own tests, its version, and what is in it.</summary>
public sealed class PythonPackageTests
{
    public static TheoryData<string> Modules =>
        [.. Directory.EnumerateFiles(RepositoryFile.PathOf("clients/python/tests"), "test_*.py").Select(static path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Modules))]
    public async Task Tests_OfItsOwn_Pass(string module)
    {
        var printed = await InPackage($"python3 -B -W error::ResourceWarning -W error::DeprecationWarning -m unittest tests.{module} && echo passed");

        Assert.True(printed.EndsWith("passed\n", StringComparison.Ordinal), printed);
        Assert.DoesNotMatch("Ran 0 tests|skipped", printed);
    }

    [Fact]
    public void Version_IsThatOfTheOtherPackages()
    {
        var version = XDocument.Load(RepositoryFile.PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

        Assert.Contains($"\nversion = \"{version}\"\n", RepositoryFile.Read("clients/python/pyproject.toml"), StringComparison.Ordinal);
        Assert.Contains($"\n__version__ = \"{version}\"\n", RepositoryFile.Read("clients/python/taskapi/__init__.py"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wheel_HasTheModulesAndTheirTypes()
    {
        // The build backend may be that of another Python than the first one: Debian's belongs to Debian's.
        var printed = await InPackage("""
            built=$(mktemp -d)
            for python in python3 /usr/bin/python3; do
              "$python" -c 'import hatchling' 2>/dev/null && break
            done
            "$python" -B -m hatchling build -t wheel -d "$built" && python3 -m zipfile -l "$built"/taskapi-*-py3-none-any.whl
            rm -rf "$built"
            """);

        foreach (var file in Directory.EnumerateFiles(RepositoryFile.PathOf("clients/python/taskapi")))
            Assert.Contains($"\ntaskapi/{Path.GetFileName(file)} ", printed, StringComparison.Ordinal);
    }

    private static Task<string> InPackage(string commands) => SampleService.Type($"cd '{RepositoryFile.PathOf("clients/python")}'\n{commands}");
}
