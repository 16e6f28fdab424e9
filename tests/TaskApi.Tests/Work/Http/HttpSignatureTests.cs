using System.Net;
using System.Text;
using TaskApi.AspNetCore.Delivery;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Security;

namespace TaskApi.Tests.Work.Http;

/// <summary>Signatures by Standard Webhooks.</summary>
public sealed class HttpSignatureTests() : KeyedServiceTests(
    ("Delivery:AllowedNetworks:0", "127.0.0.0/8"), ("Delivery:Secrets:0", Old), ("Delivery:Secrets:1", New), ("Security:ApiKeys:1:WebhookSecrets:0", Souths))
{
    private const string Old = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string New = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    private const string Souths = "whsec_U291dGhTb3V0aFNvdXRoU291dGhTb3V0aFM=";

    [Fact]
    public void Signature_OfThePublishedExample_IsThePublishedOne()
    {
        Assert.True(WebhookSignature.TryReadSecret(Old, out var secret));

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookSignature.Sign([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_not base64")]
    public void Secret_ThatIsNone_IsNotTaken(string text) => Assert.False(WebhookSignature.TryReadSecret(text, out _));

    [Fact]
    public async Task Call_OfACaller_IsSignedWithItsSecretsOrTheServices()
    {
        await using var receiver = new Receiver();
        var body = $$$"""{"type":"http","input":{"url":"{{{receiver.Url}}}","text":"hei ä"}}""";

        var north = (await North(HttpMethod.Post, "/tasks?waitSeconds=300", body)).IsJson(HttpStatusCode.OK);
        await South(HttpMethod.Post, "/tasks?waitSeconds=300", body);

        Assert.Equal([Expected(receiver, 0, Old, New), Expected(receiver, 1, Souths)], receiver.Requests.Select(static sent => sent.Headers["webhook-signature"]));
        Assert.DoesNotContain(Old, north.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callback_OfACaller_IsSignedWithItsSecretAndSeenByNobodyElse()
    {
        await using var receiver = new Receiver();
        var id = (await South(HttpMethod.Post, "/tasks", $$$"""{"message":"m","delaySeconds":100,"callback":{"url":"{{{receiver.Url}}}"}}""")).Json.Id();

        await South(HttpMethod.Delete, $"/tasks/{id}");
        var call = Assert.Single((await South(HttpMethod.Get, $"/tasks?parent={id}")).Json.Items("tasks")).Id();
        Assert.Equal("completed", (await South(HttpMethod.Get, $"/tasks/{call}?waitSeconds=300")).Json.Status());

        Assert.Equal(Expected(receiver, 0, Souths), Assert.Single(receiver.Requests).Headers["webhook-signature"]);
        Assert.Equal(HttpStatusCode.NotFound, (await North(HttpMethod.Get, $"/tasks/{call}")).Status);
        Assert.Empty((await North(HttpMethod.Get, $"/tasks?parent={id}")).Json.Items("tasks"));
    }

    [Fact]
    public async Task Call_ThatIsNotToBeSigned_IsNot()
    {
        await using var receiver = new Receiver();

        await North(HttpMethod.Post, "/tasks?waitSeconds=300", $$$"""{"type":"http","input":{"url":"{{{receiver.Url}}}","sign":false}}""");

        Assert.False(Assert.Single(receiver.Requests).Headers.ContainsKey("webhook-signature"));
    }

    private static string Expected(Receiver receiver, int index, params string[] secrets)
    {
        var sent = receiver.Requests.ElementAt(index);
        return WebhookSignature.Sign(
            Array.ConvertAll(secrets, static text => WebhookSignature.TryReadSecret(text, out var secret) ? secret : []), sent.Headers["webhook-id"],
            long.Parse(sent.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(sent.Body));
    }
}
