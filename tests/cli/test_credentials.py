"""Whether there are credentials of a cloud is told before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from zt_ai.cli import credentials
from zt_ai.cli.exits import BadInputError
from zt_ai.spec.clouds import Cloud


@pytest.mark.parametrize(
    ("cloud", "title", "how"),
    [("aws", "AWS", "aws sso login"), ("azure", "Azure", "az login"), ("gcp", "Google Cloud", "gcloud auth")],
)
def test_without_any_the_message_says_what_to_do(cloud: Cloud, title: str, how: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=f"no {title} credentials were found") as caught:
        credentials.require(cloud, "zt-ai up x", {"HOME": str(tmp_path)})
    assert caught.value.hint is not None
    assert "zt-ai up x --simulate" in caught.value.hint
    assert how in caught.value.hint


@pytest.mark.parametrize(
    ("cloud", "name"),
    [
        ("aws", "AWS_PROFILE"),
        ("azure", "ARM_CLIENT_ID"),
        ("azure", "ARM_USE_OIDC"),
        ("gcp", "GOOGLE_APPLICATION_CREDENTIALS"),
        ("gcp", "GCE_METADATA_HOST"),
    ],
)
def test_a_variable_is_enough(cloud: Cloud, name: str, tmp_path: Path) -> None:
    credentials.require(cloud, "zt-ai up x", {"HOME": str(tmp_path), name: "x"})


@pytest.mark.parametrize(
    ("cloud", "file"),
    [
        ("aws", ".aws/credentials"),
        ("azure", ".azure/azureProfile.json"),
        ("gcp", ".config/gcloud/application_default_credentials.json"),
    ],
)
def test_a_login_is_enough_for_its_own_cloud(cloud: Cloud, file: str, tmp_path: Path) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text("{}", encoding="utf-8")
    clouds: tuple[Cloud, ...] = ("aws", "azure", "gcp")
    for other in clouds:
        if other == cloud:
            credentials.require(other, "zt-ai up x", {"HOME": str(tmp_path)})
        else:
            with pytest.raises(BadInputError):
                credentials.require(other, "zt-ai up x", {"HOME": str(tmp_path)})
