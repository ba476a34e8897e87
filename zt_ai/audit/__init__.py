"""The audit journal: one record for each request, hash-chained, keyed, and synced before the request goes out.

What it holds against, and what not:

- *Somebody who can write the disk but has no key* can change, remove, add or reorder nothing without being seen: a
  record's MAC needs the key, and its hash covers the one before. Cutting the end off is seen because the head beside
  the file is sealed with the key.
- *Somebody who puts back an older copy of file and head together*, or a whole other folder, makes something that is
  right in itself. That is seen by what is kept elsewhere: `verify` takes a hash (`--head`) or a number (`--at-least`),
  and in the cloud every record is also a line in a log store that can only be added to.
- *Somebody with the key*, who is root on the proxy, can rewrite what the proxy keeps, not what the log store holds.
- Without the key, anybody can check with the hashes alone that a journal leads to a head that was published.

`python -m zt_ai.audit` is the process that writes (`writer`); `journal` is how a worker asks it to.
"""

from zt_ai.audit.check import Anchors, verify
from zt_ai.audit.errors import AuditError, KeyFileError, RecordError
from zt_ai.audit.keys import Key, Keys, load_keys, rotate_key
from zt_ai.audit.layout import Limits
from zt_ai.audit.verification import Chain, Kind, Problem, Verification

__all__ = [
    "Anchors",
    "AuditError",
    "Chain",
    "Key",
    "KeyFileError",
    "Keys",
    "Kind",
    "Limits",
    "Problem",
    "RecordError",
    "Verification",
    "load_keys",
    "rotate_key",
    "verify",
]
