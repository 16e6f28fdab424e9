using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Configuration;
using TaskApi.Starting;

namespace TaskApi.Tests.Starting;

/// <summary>What a start says that can't be: one line that names what is wrong, kind by kind.</summary>
public sealed class StartFaultTests
{
    private const string Loopback = "--urls=http://127.0.0.1:0";

    public static TheoryData<string, string[]> Faults => new()
    {
        { "Tasks:Storage must be Memory, Sqlite or Postgres, not 'SQLServer'.", ["--Tasks:Storage=SQLServer"] },
        { "Tasks:Storage must be Memory, Sqlite or Postgres, not '1'.", ["--Tasks:Storage=1"] },
        { "Tasks:Retention must be from 0 to 30 days, as [days.]hours:minutes:seconds, where 01:00:00 is an hour and 1.00:00:00 a day, not '1h'.", ["--Tasks:Retention=1h"] },
        { "Tasks:Retention must be from 0 to 30 days, as [days.]hours:minutes:seconds, where 01:00:00 is an hour and 1.00:00:00 a day, not '24:00:00'.", ["--Tasks:Retention=24:00:00"] },
        { "Tasks:Retention must be from 0 to 30 days, as [days.]hours:minutes:seconds, where 01:00:00 is an hour and 1.00:00:00 a day, not '10'.", ["--Tasks:Retention=10"] },
        { "Tasks:MaxPending must be a whole number from 1 to 100,000,000, not '0'.", ["--Tasks:MaxPending=0"] },
        { "Tasks:MaxPending must be a whole number from 1 to 100,000,000, not '1e3'.", ["--Tasks:MaxPending=1e3"] },
        { "Tasks:MaxPending must be a whole number from 1 to 100,000,000, not '99999999999'.", ["--Tasks:MaxPending=99999999999"] },
        { "Tasks:MaxTaskBytes must be a whole number from 1 MiB to 1 TiB, not '1000'.", ["--Tasks:MaxTaskBytes=1000"] },
        { "Tasks:StoragePath must not be empty.", ["--Tasks:StoragePath="] },
        { "Security:AllowAnonymous must be true or false, not 'yes'.", ["--Security:AllowAnonymous=yes"] },
        { "There is no setting --Tasks:Storag; the nearest is --Tasks:Storage. --help lists all.", ["--Tasks:Storag=Sqlite"] },
        { "There is no setting --Storage; the nearest is --Tasks:Storage. --help lists all.", ["--Storage", "Sqlite"] },
        { "There is no setting --Tasks:Storage:Kind; the nearest is --Tasks:Storage. --help lists all.", ["--Tasks:Storage:Kind=Sqlite"] },
        { "There is no setting --Security:ApiKeys:1:Nmae; the nearest is --Security:ApiKeys:1:Name. --help lists all.", ["--Security:ApiKeys:1:Nmae=north"] },
        { "There is no setting --port; the nearest is --Urls. --help lists all.", ["--port", "1"] },
        { "There is no setting --enviroment; the nearest is --Environment. --help lists all.", ["/enviroment", "Development"] },
        { "There is no command newkey; did you mean new-key? The argument x is neither a command (new-key, --help) nor a setting, which is written --Tasks:MaxPending=1000.", ["newkey", "x"] },
        { "The argument -p is neither a command (new-key, --help) nor a setting, which is written --Tasks:MaxPending=1000.", ["-p"] },
        { "The argument --Tasks:MaxPending has no value; it is written --Tasks:MaxPending=VALUE.", ["--Tasks:MaxPending"] },
        { "The argument --Tasks:Storage has no value; it is written --Tasks:Storage=VALUE.", ["--Tasks:Storage", "--Tasks:MaxPending=5"] },
        { "Urls must be an address such as http://localhost:5080, or several separated by semicolons, not 'localhost:7310'.", ["--urls=localhost:7310"] },
        { "Urls must be an address such as http://localhost:5080, or several separated by semicolons, not 'ftp://localhost:7310'.", ["--urls=ftp://localhost:7310"] },
        { "Urls must be an address such as http://localhost:5080, or several separated by semicolons, not 'http://localhost:99999'.", ["--urls=http://localhost:99999"] },
        { "Http_Ports must be port numbers from 0 to 65535, separated by semicolons, not 'many'.", ["--http_ports=many"] },
        { "Kestrel:Endpoints:Http:Url must be an address such as http://localhost:5080, not 'localhost'.", ["--Kestrel:Endpoints:Http:Url=localhost"] },
        { "OTEL_EXPORTER_OTLP_ENDPOINT must be an address such as http://localhost:4317, not 'collector'.", ["--OTEL_EXPORTER_OTLP_ENDPOINT=collector"] },
        { "The section Serilog of the configuration is wrong: The value Loud is not a valid Serilog level.", ["--Serilog:MinimumLevel:Default=Loud"] },
        { "Tasks:StoragePath is set, but tasks would be kept in memory, because Tasks:Storage is not: set it to Sqlite, or to Memory.", ["--Tasks:StoragePath=tasks.db"] },
        { "ConnectionStrings:Tasks is set, but tasks would be kept in memory, because Tasks:Storage is not: set it to Postgres, or to Memory.", ["--ConnectionStrings:Tasks=Host=db;Password=secret"] },
        { "Limits:RequestBurst is set, but limits nothing without Limits:RequestsPerSecond.", ["--Limits:RequestBurst=3"] },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Start_ThatCannotBe_SaysInOneLineWhy(string sentence, string[] args) => Assert.Equal(sentence, StartFaults.Describe(await FaultOf(args)));

    [Fact]
    public async Task Start_OnAPortInUse_SaysHowToChooseAnother()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var fault = StartFaults.Describe(await FaultOf([$"--urls=http://{other.LocalEndpoint}"]));

        Assert.Equal($"Failed to bind to address http://{other.LocalEndpoint}: address already in use. To choose another one: --urls http://localhost:5081, or ASPNETCORE_URLS in the environment.", fault);
    }

    [Fact]
    public async Task Start_WithSettingsThatAreNoJson_NamesTheFile()
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "appsettings.json");
        await File.WriteAllTextAsync(file, "{ \"Tasks\": ", TestContext.Current.CancellationToken);

        var fault = StartFaults.Describe(await FaultOf([$"--contentRoot={folder.FullName}"]));

        Assert.StartsWith($"Failed to load configuration from file '{file}'.", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault!);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("Europe/Olso")]
    [InlineData("JST-9")]
    public void TimeZone_ThatTheSystemDoesNotKnow_IsNamed(string zone) => Assert.Contains($"not '{zone}'", HostCheck.TimeZoneFault(zone), StringComparison.Ordinal);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("UTC")]
    [InlineData(":UTC")]
    public void TimeZone_ThatTheSystemKnows_IsGood(string? zone) => Assert.Null(HostCheck.TimeZoneFault(zone));

    [Fact]
    public void Describe_FaultsOfSeveralSections_NamesThemAll()
    {
        var faults = new AggregateException(
            new OptionsValidationException("", typeof(StartSettings), ["One is wrong.", "Two is wrong."]), new OptionsValidationException("", typeof(StartSettings), ["Three is wrong."]));
        Assert.Equal("One is wrong. Two is wrong. Three is wrong.", StartFaults.Describe(faults));
    }

    [Fact]
    public void Describe_AFaultOfTheProgram_LeavesItAlone() => Assert.Null(StartFaults.Describe(new NotImplementedException()));

    private static async Task<Exception> FaultOf(string[] args)
    {
        // An address of its own goes first: what follows may replace it.
        var fault = await Record.ExceptionAsync(async () =>
        {
            var builder = ServiceBuilder.Create([Loopback, .. args]);
            builder.AddTaskApi().AddSqliteStorage().AddPostgresStorage();
            builder.AddServiceParts();
            builder.Logging.ClearProviders();
            await using var app = builder.Build();
            app.UseTaskApi();
            await app.StartAsync(TestContext.Current.CancellationToken);
        });
        Assert.NotNull(fault);
        return fault;
    }
}
