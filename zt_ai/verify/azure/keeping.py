"""Whether a storage account keeps what is written into it: write-once, for as long as the specification says.

A locked policy cannot be shortened or removed, an unlocked one can [Azure Storage, "Store business-critical blob data
with immutable storage", "Locked and unlocked policies"]. With version-level immutability on the account its policy
holds for every blob in it ["Version-level WORM policies"]; a container's own policy holds for that container.
"""

from __future__ import annotations

from dataclasses import dataclass

from zt_ai.graph import Resource, Value
from zt_ai.verify.azure.arm import own_name
from zt_ai.verify.azure.collect import Collector
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.values import at, flag, is_unknown, maps, number, plain, short_type, text


@dataclass(slots=True)
class Stores:
    """Stores that were judged, each once."""

    context: Context
    days: int
    found: Collector
    judged: dict[str, None]

    def storage(self, value: Value, record: str, by: Resource) -> bool:
        """Judge the storage account that gets a record; False if there is none."""
        if plain(value) is None:
            return False
        key = self.context.ids.key(value)
        resource = self.context.graph.get(key or "")
        if key is None:
            self.found.doubt(f"{by.urn}: where {record} go is known only after the deployment")
        elif resource is None or short_type(resource) != "storage:StorageAccount":
            text_ = f"{record} go to {key}, which is not in the plan: whether it keeps them cannot be seen"
            self.found.doubt(f"{by.urn}: {text_}")
        elif key not in self.judged:
            self.judged[key] = None
            self._judge(resource)
        return True

    def _judge(self, store: Resource) -> None:
        immutable = at(store.inputs, "immutableStorageWithVersioning")
        policy = at(immutable, "immutabilityPolicy")
        if is_unknown(immutable) or is_unknown(policy):
            self.found.doubt(f"{store.urn}: its immutability is known only after the deployment")
            return
        state = text(at(policy, "state"))
        days = number(at(policy, "immutabilityPeriodSinceCreationInDays"))
        name = f"store {store.name}"
        if flag(at(immutable, "enabled")) is not True or policy is None:
            self._wrong(store, f"{name} is not write-once: it has no immutability policy on the account")
        elif state != "Locked":
            self._wrong(store, f"{name} is not write-once: its immutability policy is {state or 'not locked'}")
        if days is None:
            self._wrong(store, f"{name} does not say how long records cannot be deleted")
        elif days < self.days:
            self._wrong(store, f"{name} keeps records for {days} days, the specification says {self.days}")
        self._takes(store, name)
        self._lifecycle(store, name)

    def _takes(self, store: Resource, name: str) -> None:
        """Whether records get in at all: Azure's services write through the exception for trusted services where the
        public endpoint is closed [Azure Storage, "Azure Storage firewall rules", "Trusted access"], and versions are
        kept only where versioning is on ["Version-level WORM policies": prerequisites]."""
        closed = (text(store.inputs.get("publicNetworkAccess")) or "").lower() == "disabled"
        if closed and "AzureServices" not in (text(at(store.inputs, "networkRuleSet", "bypass")) or "AzureServices"):
            self._wrong(store, f"{name} does not take the records: it makes no exception for Azure's own services")
        if not any(
            flag(one.inputs.get("isVersioningEnabled")) is True
            and self.context.parent(one, "accountName", "storageaccounts") == store.urn
            for one in self.context.of("storage:BlobServiceProperties")
        ):
            self._wrong(store, f"{name} keeps no versions: its immutability policy holds for versions of blobs alone")

    def _lifecycle(self, store: Resource, name: str) -> None:
        """Rules that delete records too early: the lock stands against them, and then nothing is ever deleted."""
        for rules in self.context.of("storage:ManagementPolicy"):
            if self.context.parent(rules, "accountName", "storageaccounts") != store.urn:
                continue
            for rule in maps(at(rules.inputs, "policy", "rules")):
                if flag(rule.get("enabled")) is False:
                    continue
                actions = at(rule, "definition", "actions")
                for part in ("baseBlob", "version", "snapshot"):
                    for age in ("daysAfterModificationGreaterThan", "daysAfterCreationGreaterThan"):
                        days = number(at(actions, part, "delete", age))
                        if days is not None and days < self.days:
                            what = f"{name} deletes records after {days} days, the specification says {self.days}"
                            self._wrong(store, what, rules.urn)

    def _wrong(self, store: Resource, what: str, *also: str) -> None:
        self.found.refute(0, what, "records", own_name(store), (*also, store.urn))
