"""Whether the key of a store stays: enabled, not deleted in a hurry, and not in the hands of others.

Sources: AWS KMS Developer Guide, "Deleting AWS KMS keys", "Default key policy".
"""

from __future__ import annotations

from zt_ai.graph.model import Resource, Unknown, Value
from zt_ai.verify.aws.grants import Home, outsiders
from zt_ai.verify.aws.judgement import Judgement
from zt_ai.verify.aws.lookup import ALIASES, KEYS, Lookup
from zt_ai.verify.aws.policy import Unreadable, read_policy
from zt_ai.verify.reading import flag, number

# AWS keeps a key for 7 to 30 days after its deletion was asked for, 30 by default [KMS API Reference,
# "ScheduleKeyDeletion"]. Without the key every record is lost however long it is kept, so all of the time to notice
# is demanded.
KEY_DELETION_WINDOW = 30
_KEY_POLICY = ("aws:kms/keyPolicy:KeyPolicy",)


class Keys:
    """The KMS keys of a graph."""

    def __init__(self, lookup: Lookup, home: Home) -> None:
        self._lookup = lookup
        self._home = home
        self._policies, _ = lookup.about(_KEY_POLICY, "keyId", KEYS)

    def find(self, value: Value) -> Resource | str:
        """The key that a value means, also by an alias; else why there is none."""
        key = self._lookup.find(value, KEYS)
        if not isinstance(key, Resource):
            alias = self._lookup.find(value, ALIASES)
            key = self._lookup.find(alias.inputs.get("targetKeyId"), KEYS) if isinstance(alias, Resource) else key
        return key

    def policies(self, key: Resource) -> list[tuple[Value, Resource]]:
        """The key's policies; without any, AWS's own applies: the account alone."""
        found = [(one.inputs.get("policy"), one) for one in self._policies.get(key.urn, [])]
        if key.inputs.get("policy") is not None:
            found.append((key.inputs["policy"], key))
        return found

    def judge(self, value: Value, found: Judgement) -> None:
        """Add what is wrong with the key that a value means to the findings about what it encrypts."""
        key = self.find(value)
        if not isinstance(key, Resource):
            found.unknown(f"whether its key stays cannot be seen: {key}")
            return
        name = f"key {key.name}"
        if flag(key.inputs, "isEnabled", default=True) is not True:
            found.wrong(f"cannot be read: {name} is disabled", key)
        window = number(key.inputs.get("deletionWindowInDays"))
        if isinstance(window, Unknown):
            found.unknown(f"the deletion window of {name} is known only after the deployment", key)
        elif window is not None and window < KEY_DELETION_WINDOW:
            found.wrong(f"can be lost with {name}, which is gone {window} days after its deletion is asked for", key)
        policies = [(one.inputs.get("policy"), one) for one in self._policies.get(key.urn, [])]
        if key.inputs.get("policy") is not None:
            policies.append((key.inputs["policy"], key))
        for (
            policy,
            one,
        ) in policies:  # without any, AWS's own: the account alone [KMS Developer Guide, "Default key policy"]
            document = read_policy(policy)
            if isinstance(document, Unreadable):
                found.unknown(f"{name}: {document.reason}", one)
                continue
            for sentence in outsiders(document, self._home):
                found.wrong(f"is encrypted with {name}, which is open to outsiders: {sentence}", one)
