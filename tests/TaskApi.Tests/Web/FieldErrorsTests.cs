using System.Globalization;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.Tests.Web;

public sealed class FieldErrorsTests
{
    [Fact]
    public void Path_OfTheBody_IsTheFieldAlone()
    {
        Assert.Equal("message", FieldPath.Root.Of("message"));
        Assert.Equal("body", FieldPath.Root.Of(""));
    }

    [Theory]
    [InlineData("", "message", "[3].message")]
    [InlineData("tasks", "message", "tasks[3].message")]
    [InlineData("tasks", "", "tasks[3]")]
    [InlineData("tasks", "['a.b']", "tasks[3]['a.b']")]
    public void Path_OfAnElement_NamesListAndIndex(string list, string field, string expected) =>
        Assert.Equal(expected, FieldPath.Element(list, 3).Of(field));

    [Fact]
    public void Errors_OfOneField_AreAllKept()
    {
        var errors = new FieldErrors();
        Assert.True(errors.IsEmpty);

        errors.Add("name", "must be short.");
        errors.Add("name", "must be nice.");

        Assert.False(errors.IsEmpty);
        Assert.Equal(["must be short.", "must be nice."], errors.ToProblem().Errors!["name"]);
    }

    [Fact]
    public void Errors_OfVeryManyFields_AreBounded()
    {
        var errors = new FieldErrors();
        for (var i = 0; i < 10_000; i++)
            errors.Add(FieldPath.Element("", i), "message", "is required.");

        var problem = errors.ToProblem();

        Assert.Equal(100, problem.Errors!.Count);
        Assert.StartsWith("[0].message is required.", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Problem_OfSeveralFields_SaysHowMany()
    {
        var errors = new FieldErrors();
        for (var i = 0; i < 3; i++)
            errors.Add(i.ToString(CultureInfo.InvariantCulture), "is wrong.");

        Assert.Contains("3 fields", errors.ToProblem().Detail, StringComparison.Ordinal);
    }
}
