"""(R) Subjects of studies, by their code in the study."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import at_least, labelled, near, said
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules.listing import listed

_NO = r"(?:no\b\.?|num(?:ber)?s?|nbr|#|№|id(?:entifier)?\b)"


def _no_range(match: re.Match[str]) -> bool:
    """Whether hyphens join the parts of a number: parts of one length without zero before are a range, and so are years."""
    parts = re.findall(r"[0-9]+", match["v"])
    if match["v"][0].isalpha() or len(parts) > 2 or any(part[0] == "0" for part in parts):
        year = re.fullmatch(r"(?:19|20)[0-9]{2}", parts[0])
        return not year or len(parts) > 2 or (parts[1][0] == "0" and len(parts[1]) > 2)
    return (
        len(parts[0]) > 2
        and len(parts[0]) != len(parts[1])
        and not (re.fullmatch(r"(?:19|20)[0-9]{2}", parts[0]) or int(parts[0]) < int(parts[1]))
    )


RULES: tuple[Rule, ...] = (
    Rule(
        id="study_subject.labelled",
        kind="study_subject",
        source="45 CFR 164.514(b)(2)(i)(R); ICH E6, 8.3.21: subject identification code",
        triggers=(
            said(
                r"(?:subject|participant|screening|randomi[sz]ation|study|enrollment|research|donor|"
                r"recipient|proband|sibling|family|case)[ _-]{0,2}(?:no\b|num|nbr|#|id\b|identifier|code)"
            ),
            near(r"(?:subject|participant|study)(?:id|no|num)"),
        ),
        spans=matching(
            labelled(
                rf"(?:(?:study\s+|research\s+|trial\s+)?(?:subject|participant|screening|randomi[sz]ation|"
                rf"study|enrollment|research|donor|recipient|proband)[\s_-]*(?:{_NO}|code))"
            ),
            at_least(3),
        ),
        before=70,
        after=110,
        rank=1,
        positives=(
            "Subject ID: «1001-042»",
            "participant number «P-0042»",
            "randomization # «R1024»",
            "study id «ABC-001-0042»",
            "participantId\n«SUBJ10042»",
            "donor ID «UNOS12345»",
        ),
        negatives=(
            "the study numbered 120 patients",
            "subject 3 items",
            "study of 45",
            "enrollment of 300",
            "study ID NCT01234567",
        ),
    ),
    Rule(
        id="study_subject.listed",
        kind="study_subject",
        source="ICH E6, 8.3.21: subject identification code, mostly the site, a hyphen and the number there",
        triggers=(
            r"(?i)(?:subject|subj|participant|volunteer|enrollee)s? (?:#|nos?\.? |ids? |numbers? )?[a-z]{0,4}-?[0-9]{2,6}-[0-9]{2}",
        ),
        spans=listed(
            matching(
                r"(?<![A-Za-z])(?i:subject|subj|participant|volunteer|enrollee)s? (?:#|(?i:nos?\.?|ids?|numbers?) )?"
                r"(?P<v>(?:[A-Z]{2,4}-?)?[0-9]{2,6}(?:-[0-9]{2,5}){1,3})(?![0-9A-Za-z]|[-.,/][0-9])",
                _no_range,
            )
        ),
        before=60,
        after=60,
        positives=(
            "narratives for subjects «3104-11», «3104-17» and «3108-02»",
            "Subject «101-0042» withdrew",
            "participants «KT-014-003» and «KT-014-009»",
        ),
        negatives=(
            "subjects 18-65 years",
            "participants 1995-99",
            "subjects 2010-2014",
        ),
    ),
    Rule(
        id="study_subject.site",
        kind="study_subject",
        source="CDISC SDTM, DM: SITEID and SUBJID",
        triggers=(r"(?i)site #?[0-9a-z]{1,4},? ?\([a-z]{0,3}[0-9]{2,4}-[0-9]{3}",),
        spans=matching(r"(?i:site) #?[0-9A-Za-z]{1,4},? ?\((?P<v>[A-Z]{0,3}[0-9]{2,4}-[0-9]{3,5})\)"),
        before=40,
        after=10,
        positives=("Patient 9, site 7 («007-0031»), week 4",),
        negatives=("site 4 (100 mg)", "site 3 (12-14)"),
    ),
    Rule(
        id="study_subject.bids",
        kind="study_subject",
        source="Brain Imaging Data Structure 1.9, entities: sub-<label>",
        triggers=(r"sub-[A-Za-z]{0,8}[0-9]{1,10}[_/]",),
        spans=matching(
            r"(?<![A-Za-z])sub-(?P<v>[A-Za-z]{0,8}[0-9]{1,10})(?=/(?:anat|func|dwi|fmap|eeg|meg|pet|perf|ses-)|_(?:ses|task|run|acq|space|dir|desc|echo|rec|T1w|T2w|FLAIR|bold|dwi|events|eeg|meg|pet)\b|_(?:ses|task|run|acq|space|dir|desc|echo|rec)-)"
        ),
        before=24,
        after=24,
        positives=("sub-«0042»_ses-01_T2w.nii.gz", "data/sub-«CTL07»/anat"),
        negatives=("sub-100_micron", "sub-acute", "sub-5_percent", "sub-12/7"),
    ),
)
