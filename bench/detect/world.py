"""Recall on people and addresses of many countries in English texts: `python -m bench.detect.world [check]`.

Faker makes names, towns, streets and telephone numbers as each country writes them; many of its towns do not exist, so
no list knows them. `templates/world.txt` and its countries are what rules are made by; with `check` other sentences and
other countries show whether they carry over. `--misses` lists what was not found of the former.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.detect import detectors, environment
from bench.detect.corpus import Document, Span, templates
from bench.detect.report import misses, table
from bench.detect.score import score

LOCALES = (
    "en_US,en_GB,en_CA,en_AU,en_IE,en_NZ,en_IN,en_PH,en_NG,es_MX,es_ES,es_CO,es_AR,de_DE,de_AT,de_CH,fr_FR,fr_CH,fr_CA,"
    "it_IT,pt_BR,pt_PT,nl_NL,sv_SE,no_NO,da_DK,fi_FI,pl_PL,cs_CZ,sk_SK,hu_HU,ro_RO,hr_HR,sl_SI,lt_LT,tr_TR,id_ID"
)
CHECKED = "en_US,en_PK,en_BD,en_KE,es_CL,fr_BE,nl_BE,et_EE,lv_LV,it_CH,de_LU,az_AZ,zu_ZA,yo_NG"
COPIES = 4


def documents(check: bool) -> Iterator[Document]:
    """The filled templates."""
    texts = [text for _, text in templates("world-check" if check else "world")]
    command = [str(environment.python()), str(Path(__file__).with_name("world_child.py"))]
    command += [CHECKED if check else LOCALES, str(COPIES)]
    run = subprocess.run(command, input=json.dumps(texts), stdout=subprocess.PIPE, text=True, check=True)
    for line in run.stdout.splitlines():
        made = json.loads(line)
        yield Document(made["id"], made["text"], tuple(Span(*span) for span in made["spans"]))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.detect.world", description=__doc__)
    parser.add_argument("part", nargs="?", choices=("check",), help="other sentences and countries")
    parser.add_argument("--misses", action="store_true", help="list what was missed")
    parser.add_argument("--with-model", action="store_true", help="with our model for names, too")
    chosen = parser.parse_args()
    if chosen.misses and chosen.part:
        parser.error("what rules are not made by is not looked at")
    made = list(documents(chosen.part == "check"))
    results = {}
    for name, model in (("zt-ai, no model", False), ("zt-ai, model", True))[: 1 + chosen.with_model]:
        scanned = detectors.ours(made, model=model)
        results[name] = (score(made, scanned.findings), scanned.seconds)
    table(made, results, chosen.part or "world")
    if chosen.misses:
        misses(results["zt-ai, no model"][0], 40)


if __name__ == "__main__":
    main()
