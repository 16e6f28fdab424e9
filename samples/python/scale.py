"""SCALE=0.1 runs the programs ten times as fast; otherwise their delays are what they say."""

import os

_scale = float(os.environ.get("SCALE") or 1)


def seconds(number):
    return number * _scale
