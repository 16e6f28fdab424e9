"""Makes cronos.txt of the tests that Cronos has for itself (tests/Cronos.Tests/CronExpressionFacts.cs of https://github.com/HangfireIO/Cronos):

    python3 from_cronos.py CronExpressionFacts.cs > cronos.txt

Taken are the expressions, the instants and the zones, as UTC; left out is what has no equal here: H, which needs a seed, the way back
(GetPreviousOccurrence), and what is wrong only because its number of fields was said beforehand. Where a test gives a time without a day, the day is DAY.
"""

import datetime
import re
import sys
import zoneinfo

DAY = "2016-12-09 "
ZONES = {"Eastern": "America/New_York", "Jordan": "Asia/Amman", "LordHowe": "Australia/Lord_Howe", "Pacific": "America/Santiago"}
HEAD = """\
# What Cronos expects of itself in its own tests: expression;zone;from;whether that instant counts;the next occurrence, or 'never'
# or: expression;wrong;the field that is named
# Made by from_cronos.py of tests/Cronos.Tests/CronExpressionFacts.cs of https://github.com/HangfireIO/Cronos, version 0.13.0.
# Cronos is under the MIT License, Copyright (c) 2017 Hangfire OÜ: https://github.com/HangfireIO/Cronos/blob/main/LICENSE
"""


def utc(text, zone):
    text = text.strip()
    offset = re.fullmatch(r"(.*) ([+-]\d\d:\d\d)", text)
    local = offset.group(1) if offset else text if "-" in text else DAY + text
    local, _, fraction = local.partition(".")
    at = datetime.datetime.fromisoformat(local)
    if offset:
        at = at.replace(tzinfo=datetime.datetime.strptime(offset.group(2), "%z").tzinfo)
    else:
        # As .NET sees a time that comes twice, or not at all: in standard time.
        at = at.replace(tzinfo=datetime.timezone(min(at.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))))
    return at.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + (f".{fraction}" if fraction else "") + "Z"


def ends_gap(at, zone):
    """What falls into a gap runs at its end. For Cronos that isn't so where the question is what comes from that very instant on, which nobody asks here."""
    at = datetime.datetime.fromisoformat(at)
    return at.astimezone(zone).utcoffset() > (at - datetime.timedelta(seconds=1)).astimezone(zone).utcoffset()


def tests(source):
    """Each test's name, its data, and its body."""
    for block in re.split(r"\n        \[(?:Theory|Fact)\]", source)[1:]:
        name = re.search(r"public void (\w+)\(", block)
        if name:
            data = re.findall(r"^\s*\[InlineData\((.*)\)\]", block[: name.start()], re.MULTILINE)
            yield name.group(1), [[part[1:-1] if part[0] == '"' else part for part in re.findall(r'"[^"]*"|[^\s,]+', line)] for line in data], block[name.start() :]


def lines(name, data, body):
    if "IsInvalid" in name:
        for expression, form, *field in data:
            fields = len(expression.split())
            if expression.strip().startswith("@") or fields not in (5, 6) or (fields == 6) == (form == "CronFormat.IncludeSeconds"):
                # How many fields there are is told before any of them is looked at.
                yield f"{expression};wrong;{field[0] if field and fields in (5, 6) else ''}"
    elif name.startswith("GetNextOccurrence") and "Hash" not in name and "Jitter" not in name:
        zones = [ZONES[zone] for zone in re.findall(r"(\w+)TimeZone\b", body) if zone in ZONES]
        zone = zones[0] if zones else "UTC"
        for row in data:
            if row and row[-1] in ("true", "false"):
                inclusive = row.pop() == "true"
            else:
                inclusive = "inclusive: true" in body
            if len(row) == 2 and "Null" in name:
                row.append("never")
            if len(row) != 3 or re.search(r"(^|[\s,])H", row[0]) and not row[0].startswith("@"):
                continue
            expression, start, expected = row
            timezone = zoneinfo.ZoneInfo(zone)
            if inclusive and ends_gap(utc(start, timezone), timezone):
                continue
            yield f"{expression};{zone};{utc(start, timezone)};{'from' if inclusive else 'after'};{expected if expected == 'never' else utc(expected, timezone)}"


def main():
    with open(sys.argv[1], encoding="utf-8-sig") as file:
        source = file.read()
    sys.stdout.write(HEAD)
    seen = set()
    for test in tests(source):
        for line in lines(*test):
            if line not in seen:
                seen.add(line)
                print(line)


if __name__ == "__main__":
    main()
