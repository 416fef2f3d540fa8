"""The legal day is Shanghai's, and instants are UTC."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from requestflow.clock import now, today


def test_an_instant_is_aware_and_in_utc() -> None:
    assert now().tzinfo is UTC
    assert abs(datetime.now(UTC) - now()) < timedelta(seconds=5)


def test_the_day_is_shanghais_whatever_the_zone_of_the_machine() -> None:
    before = (datetime.now(UTC) + timedelta(hours=8)).date()
    asked = "from requestflow.clock import today; print(today())"
    said = {
        subprocess.run(
            [sys.executable, "-c", asked], env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago")
    }
    after = today()
    assert said <= {str(before), str(after)}
