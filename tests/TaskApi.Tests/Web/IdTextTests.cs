using TaskApi.AspNetCore.Api.Contracts;

namespace TaskApi.Tests.Web;

public sealed class IdTextTests
{
    private const string Id = "01a20819-9acb-7000-8000-000067e321aa";

    [Theory]
    [InlineData(Id)]
    [InlineData("01A20819-9ACB-7000-8000-000067E321AA")]
    public void Id_InEitherCase_IsRead(string text)
    {
        Assert.True(IdText.TryParse(text, out var id));
        Assert.Equal(Id, id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("stats")]
    [InlineData("01a208199acb70008000000067e321aa")]
    [InlineData("{01a20819-9acb-7000-8000-000067e321aa}")]
    [InlineData("01a20819-9acb-7000-8000-000067e321a")]
    [InlineData("01a20819-9acb-7000-8000-000067e321aaa")]
    [InlineData("01a20819-9acb-7000-8000-000067e321ag")]
    [InlineData(" 1a20819-9acb-7000-8000-000067e321aa")]
    [InlineData("+1a20819-9acb-7000-8000-000067e321aa")]
    [InlineData("0x1a2081-9acb-7000-8000-000067e321aa")]
    [InlineData("01a20819-+acb-7000-8000-000067e321aa")]
    [InlineData("01a20819-0Xcb-7000-8000-000067e321aa")]
    public void Id_OfAnotherForm_IsRefused(string? text) => Assert.False(IdText.TryParse(text, out _));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cursor_MadeFromAnId_LeadsBackToIt(bool byDue)
    {
        var id = Guid.Parse(Id);

        Assert.True(IdText.TryParseCursor(IdText.ToCursor(id, byDue), out var read, out var isByDue));
        Assert.Equal((id, byDue), (read, isByDue));
    }

    // Clients may keep one while the service is replaced by a later one.
    [Fact]
    public void Cursor_OfEarlierVersions_IsRead()
    {
        Assert.True(IdText.TryParseCursor("AaIIGZrLcACAAAAAZ-Mhqg", out var read, out var isByDue));
        Assert.Equal((Guid.Parse(Id), false), (read, isByDue));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData(Id)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AaIIGZrLcACAAAAAZ-Mhqgg")]
    [InlineData("AaIIGZrLcACAAAAAZ+Mhqg")]
    [InlineData("AaIIGZrLYACAAAAAZ-Mhqg")]
    [InlineData("AaIIGZrLcACAAAAAZ-Mhqh")]
    [InlineData("AaIIGZrLcACAAAAAZ-Mh==")]
    [InlineData("AaIIGZrLcACAAAAA Mhqg ")]
    public void Cursor_ThatWasNotGivenOut_IsRefused(string text) => Assert.False(IdText.TryParseCursor(text, out _, out _));
}
