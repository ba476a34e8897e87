"""A deployment on Google Cloud that broke off after a resource was made and before the engine was told.

The checkpoint is put back to that moment: the resource is in the cloud, and the state knows only that it was begun.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from architectures import STACK, assert_one_of_each, assert_proved
from gcp_site import GcpSite, on_gcp

from zt_ai.engine import EngineBinary, PendingCreatesError

ALERT = "gcp:monitoring/alertPolicy:AlertPolicy"
"""Nothing waits for an alert, and Google Cloud chooses its id: nobody can guess it afterwards."""


@pytest.fixture(scope="module")
def site(engine: EngineBinary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GcpSite]:
    with GcpSite.serving(engine, tmp_path_factory.mktemp("gcp-interrupted"), on_gcp("minimal")) as serving:
        serving.build(on_gcp("minimal")).up()
        yield serving


def interrupt(site: GcpSite) -> str:
    """Put the checkpoint back to before the answer about one alert; gives its URN."""
    (file,) = (site.folder / "state" / ".pulumi" / "stacks").rglob(f"{STACK}.json")
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    latest = document["checkpoint"]["latest"]
    needed = {urn for resource in latest["resources"] for urn in resource.get("dependencies") or ()}
    lost = next(found for found in latest["resources"] if found["type"] == ALERT and found["urn"] not in needed)
    latest["resources"].remove(lost)
    begun = {key: value for key, value in lost.items() if key not in ("id", "outputs")}
    latest["pending_operations"] = [{"resource": begun, "type": "creating"}]
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(lost["urn"])


def test_nobody_to_ask_stops_before_anything_is_made(site: GcpSite) -> None:
    urn = interrupt(site)
    built = site.build(on_gcp("minimal"))
    assert [item.urn for item in built.handle.pending()] == [urn]
    with site.world() as world:
        before = world.all()
    with pytest.raises(PendingCreatesError) as caught:
        built.handle.up()
    assert urn in caught.value.urns
    with site.world() as world:
        assert world.all() == before


def test_the_next_run_finds_what_was_made_and_makes_it_no_second_time(site: GcpSite) -> None:
    built = site.build(on_gcp("minimal"))
    done, _ = built.up()
    assert done.summary.created == 0
    assert built.handle.pending() == ()
    assert_one_of_each(built.handle.export(), site.world_dir)
    assert_proved(built.prove())


def test_what_was_begun_and_never_made_is_made_now(site: GcpSite) -> None:
    urn = interrupt(site)
    with site.world() as world:
        (thing,) = world.find_by_urn(urn)
        world.remove(thing)
    built = site.build(on_gcp("minimal"))
    done, steps = built.up()
    assert steps.ops == {urn: "create"}
    assert done.summary.created == 1
    assert_one_of_each(built.handle.export(), site.world_dir)
