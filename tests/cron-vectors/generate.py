"""Makes vectors.txt: when expressions occur, as croner (npm) and croniter (Debian's python3-croniter) see it. Run where both are:

    npm install croner && python3 generate.py > vectors.txt

What the two take, and what neither is alone with, is written; what they see differently goes to standard error. Their dialects are translated:
croniter has the seconds last, writes L5 for 5L, and knows neither W nor the wrap-around of a range.
"""

import datetime
import random
import re
import subprocess
import sys

from croniter import croniter

FROM = ["2026-06-15T10:00:00Z", "2027-12-31T23:59:59Z", "2028-02-28T12:34:56Z"]
WRITTEN = """
* * * * *|*/5 * * * *|0 * * * *|7 3 * * *|0 0 * * *|30 2 1 * *|0 0 1 1 *|15,45 * * * *|0 8-17 * * *|0 8-17/3 * * *|10-50/20 * * * *
0 8 * * MON|0 8 * * mon-fri|0 8 * * 1-5|0 8 * * SUN|0 8 * * 0|0 8 * * 7|0 8 * * SAT,SUN|0 0 1 JAN,jul *|0 0 1 2-4 *|0 0 1 */3 *|0 0 */10 * *
0 0 29 2 *|0 0 31 * *|0 0 30 4,6 *|0 0 L * *|0 12 L 2 *|0 0 * * 5L|0 0 * * 1L|0 0 * * MON#2|0 0 * * 5#1|0 0 * 3 SUN#3|0 0 * * 2#5
0 0 15W * *|0 0 1W * *|0 0 31W * *|0 0 LW * *|0 9 28W 2 *|0 0 13 * 5|0 0 13 * FRI|0 0 1-7 * MON|0 0 L * 5|0 6 1,15 * 1-5
*/15 * * * * *|30 * * * * *|0 0 12 * * *|5,10 0 */6 * * *|0-10/5 59 23 31 12 *|0 30 9 * * MON-FRI|59 59 23 L * *|0 0 0 * * 5L|1 2 3 4 5 *
@yearly|@monthly|@weekly|@daily|@hourly
"""
FIELDS = [(0, 59), (0, 23), (1, 28), (1, 12), (0, 6)]


def field(low, high, dice):
    a, b = sorted(dice.sample(range(low, high + 1), 2))
    return dice.choice(["*", "*", "*", str(a), f"{a}-{b}", f"{a},{b}", f"*/{dice.randint(2, 7)}", f"{a}-{b}/{dice.randint(2, 4)}", f"{a}-{b},{high}"])


def expressions():
    yield from (expression.strip() for expression in re.split(r"[|\n]", WRITTEN) if expression.strip())
    dice = random.Random(20)
    for number in range(150):
        fields = [field(low, high, dice) for low, high in FIELDS]
        yield " ".join([field(0, 59, dice), *fields] if number % 3 == 0 else fields)


def by_croniter(expression, start):
    if expression.startswith("@"):
        translated = expression
    else:
        fields = expression.split(" ")
        translated = " ".join(fields if len(fields) == 5 else [*fields[1:], fields[0]])
        translated = re.sub(r"\b(\d)L\b", r"L\1", translated)
    try:
        at = croniter(translated, datetime.datetime.fromisoformat(start.replace("Z", "+00:00")), ret_type=datetime.datetime, day_or=False)
        return " ".join(at.get_next().strftime("%Y-%m-%dT%H:%M:%SZ") for _ in range(6))
    except Exception as error:
        return f"!{error}"


def main():
    asked = [(expression, start) for expression in expressions() for start in (FROM if len(expression) < 18 and expression[0] != "@" else FROM[:1])]
    lines = "\n".join(f"{expression};{start}" for expression, start in asked)
    by_croner = subprocess.run(["node", "croner.mjs"], input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    for (expression, start), croner in zip(asked, by_croner):
        seen = {"croner": croner, "croniter": by_croniter(expression, start)}
        said = {who: instants for who, instants in seen.items() if not instants.startswith("!")}
        if len(set(said.values())) == 1:
            print(f"{expression};{start};{'+'.join(said)};{next(iter(said.values()))}")
        else:
            print(f"{expression};{start};{seen}", file=sys.stderr)


if __name__ == "__main__":
    main()
