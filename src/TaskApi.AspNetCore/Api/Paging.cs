using System.Globalization;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;

namespace TaskApi.AspNetCore.Api;

/// <summary>How lists come in pages.</summary>
internal static class Paging
{
    /// <summary>The parameter that says where a page begins.</summary>
    public const string Cursor = "cursor";

    private const int MaxLimit = 1000;
    private const int DefaultLimit = 100;

    /// <summary>What the API description says of the parameters.</summary>
    /// <param name="what">What is listed.</param>
    public static ApiParameter[] Parameters(string what) =>
    [
        new("limit", $"How many {what} to return at most.") { Type = typeof(int), Minimum = 1, Maximum = MaxLimit, Default = DefaultLimit },
        new(Cursor, "The `nextCursor` of the previous page; leave it out for the first."),
    ];

    /// <summary>How many a page has at the most; a rule that is broken is noted.</summary>
    public static int ReadLimit(HttpRequest request, FieldErrors errors)
    {
        if (request.QueryField("limit") is not { } text)
            return DefaultLimit;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit)
            return limit;
        errors.Add("limit", string.Create(CultureInfo.InvariantCulture, $"must be a whole number from 1 to {MaxLimit}."));
        return DefaultLimit;
    }

    /// <summary>After which name a page begins of what is listed by name; empty for the first page. A rule that is broken is noted.</summary>
    public static string ReadName(HttpRequest request, FieldErrors errors)
    {
        var after = request.QueryField(Cursor) ?? "";
        if (after.Length > 0 && !FieldRules.Label.Allows(after))
            errors.Add(Cursor, "must be the nextCursor of an earlier page.");
        return after;
    }
}
