"""The world: what exists in a simulated cloud, kept on disk between runs.

One SQLite file with a rollback journal, so that a process killed at any moment leaves the last committed state behind
(SQLite documentation, "Atomic Commit"). No write-ahead log: its index is memory that processes share, and a world that
several had opened, one of them killed, was found damaged once; SQLite before 3.51.3 has a known fault there ("The
WAL-reset bug"). Nor is the disk waited for (``synchronous=OFF``): only a loss of power, not of the process, can then
damage the file, nothing in it is real, and a write takes a tenth of the time.

Reads are answered from memory; ``PRAGMA data_version`` tells when another process has changed the file. The world knows
nothing of Pulumi's state: it remembers only the URN a create request came with, which is how a resource is found whose
reply was lost.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from zt_ai.simulate.problems import DamagedWorldError
from zt_ai.simulate.values import texts

Origin = Literal["created", "born", "adopted", "seeded", "assumed"]
"""``created`` by a request; ``born`` with another thing (a VPC's default group); ``adopted`` after being born;
``seeded`` with its facts; ``assumed`` to exist, nothing known but its id."""

FILE_NAME = "world.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
  type TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, urn TEXT, origin TEXT NOT NULL, parent TEXT,
  inputs TEXT NOT NULL, outputs TEXT NOT NULL, born INTEGER NOT NULL, PRIMARY KEY (type, region, id));
CREATE TABLE IF NOT EXISTS births (urn TEXT PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing in the world. ``region`` is empty for things that are global in their cloud."""

    type: str
    id: str
    region: str = ""
    urn: str | None = None
    origin: Origin = "created"
    parent: str | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    born: int = 0

    @property
    def key(self) -> Key:
        """What tells one thing from another."""
        return (self.type, self.region, self.id)

    def value(self, name: str) -> Any:
        """An output, or the input of that name where there is no output."""
        found = self.outputs.get(name)
        return self.inputs.get(name) if found is None else found


class World:
    """The things of one simulated cloud.

    ``directory`` is made if it is missing. ``salt`` goes into every generated identifier, so two worlds with the same
    salt give the same ids for the same program. Thread-safe; two processes may share the directory. Raises
    :class:`DamagedWorldError` for a file that is no world.
    """

    def __init__(self, directory: Path | str, salt: str = "zt-ai") -> None:
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(
            self.directory / FILE_NAME, timeout=30, isolation_level=None, check_same_thread=False
        )
        self._things: dict[Key, Thing] = {}
        self._by_type: dict[str, dict[Key, Thing]] = {}
        self._by_id: dict[str, set[Key]] = {}
        self._mentions: dict[str, set[Key]] = {}
        self._version = -1
        try:
            self._open(salt)
        except sqlite3.OperationalError:  # locked, no room: what is in the file is not at fault
            raise
        except sqlite3.DatabaseError as error:
            self._db.close()
            file = self.directory / FILE_NAME
            raise DamagedWorldError(f"{file}: {error}. Remove the file and the stack's state to begin anew") from None

    def _open(self, salt: str) -> None:
        self._db.execute("PRAGMA journal_mode=TRUNCATE")  # a world written ahead by an earlier version is converted
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(_SCHEMA)
        self._db.execute("INSERT OR IGNORE INTO facts VALUES ('salt', ?)", (json.dumps(salt),))
        self._load()

    def close(self) -> None:
        """Close the file; the world may be opened again."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in the block happens or nothing does, for other processes too. Blocks nest."""
        with self._lock:
            if self._depth:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                self._refresh()
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                self._load()
                raise
            finally:
                self._depth = 0

    def get(self, type_name: str, thing_id: str, region: str | None = None) -> Thing | None:
        """The thing of that type and id; in any region unless one is given."""
        for thing in self.with_id(thing_id):
            if thing.type == type_name and (region is None or thing.region in (region, "")):
                return thing
        return None

    def with_id(self, thing_id: str) -> tuple[Thing, ...]:
        """The things of that id, of whatever type: some types share an id (a bucket and its policy)."""
        with self._lock:
            self._refresh()
            return tuple(self._things[key] for key in sorted(self._by_id.get(thing_id, ())))

    def of_type(self, *types: str) -> tuple[Thing, ...]:
        """All things of these types, in order of creation."""
        with self._lock:
            self._refresh()
            found = [thing for name in types for thing in self._by_type.get(name, {}).values()]
        return tuple(sorted(found, key=lambda thing: thing.born))

    def mentioning(self, text: str) -> tuple[Thing, ...]:
        """The things whose inputs hold ``text`` as a whole string somewhere, in order of creation."""
        with self._lock:
            self._refresh()
            return tuple(sorted((self._things[key] for key in self._mentions.get(text, ())), key=lambda t: t.born))

    def find_by_urn(self, urn: str) -> tuple[Thing, ...]:
        """The things created for that URN, newest first. Two while a replacement is under way.

        After an interrupted deployment this finds what was created although the engine never learnt its id.
        """
        with self._lock:
            self._refresh()
            found = [thing for thing in self._things.values() if thing.urn == urn]
        return tuple(sorted(found, key=lambda thing: -thing.born))

    def all(self) -> tuple[Thing, ...]:
        """Everything there is, in order of creation."""
        with self._lock:
            self._refresh()
            return tuple(sorted(self._things.values(), key=lambda thing: thing.born))

    def put(self, thing: Thing) -> None:
        """Add a thing or replace the one with its key; durable when this returns or its transaction ends."""
        with self.transaction():
            if not thing.born:
                thing = Thing(**{**_fields(thing), "born": self._count("thing:born")})
            self._db.execute(
                "INSERT OR REPLACE INTO things VALUES (?,?,?,?,?,?,?,?,?)",
                (
                    *thing.key,
                    thing.urn,
                    thing.origin,
                    thing.parent,
                    json.dumps(thing.inputs),
                    json.dumps(thing.outputs),
                    thing.born,
                ),
            )
            self._forget(thing.key)
            self._remember(thing)

    def remove(self, thing: Thing) -> None:
        """Remove a thing and whatever was born with it."""
        with self.transaction():
            for child in [t for t in self._things.values() if t.parent == thing.id and t.region == thing.region]:
                self.remove(child)
            self._db.execute("DELETE FROM things WHERE type=? AND region=? AND id=?", thing.key)
            self._forget(thing.key)

    def draw(self, urn: str, length: int, purpose: str = "id") -> str:
        """``length`` hexadecimal digits for the next birth under ``urn``: the same in every run of one program."""
        with self.transaction():
            count = self._count(f"{purpose}:{urn}")
        digest = hashlib.sha256(f"{self.fact('salt')}|{purpose}|{urn}|{count}".encode()).hexdigest()
        return digest[:length]

    def fact(self, name: str, default: Any = None) -> Any:
        """A fact about the world as a whole (its salt, its raised quotas)."""
        with self._lock:
            row = self._db.execute("SELECT value FROM facts WHERE name=?", (name,)).fetchone()
        return default if row is None else json.loads(row[0])

    def set_fact(self, name: str, value: Any) -> None:
        """Set a fact about the world as a whole; any JSON value."""
        with self.transaction():
            self._db.execute("INSERT OR REPLACE INTO facts VALUES (?,?)", (name, json.dumps(value)))

    def _count(self, urn: str) -> int:
        row = self._db.execute(
            "INSERT INTO births VALUES (?,1) ON CONFLICT(urn) DO UPDATE SET count=count+1 RETURNING count", (urn,)
        ).fetchone()
        return int(row[0])

    def _refresh(self) -> None:
        if self._db.execute("PRAGMA data_version").fetchone()[0] != self._version:
            self._load()

    def _load(self) -> None:
        self._version = self._db.execute("PRAGMA data_version").fetchone()[0]
        for index in (self._things, self._by_type, self._by_id, self._mentions):
            index.clear()
        rows = self._db.execute("SELECT type,region,id,urn,origin,parent,inputs,outputs,born FROM things")
        for type_, region, id_, urn, origin, parent, inputs, outputs, born in rows:
            self._remember(
                Thing(type_, id_, region, urn, origin, parent, json.loads(inputs), json.loads(outputs), born)
            )

    def _remember(self, thing: Thing) -> None:
        self._things[thing.key] = thing
        self._by_type.setdefault(thing.type, {})[thing.key] = thing
        self._by_id.setdefault(thing.id, set()).add(thing.key)
        for text in texts(thing.inputs):
            self._mentions.setdefault(text, set()).add(thing.key)

    def _forget(self, key: Key) -> None:
        thing = self._things.pop(key, None)
        if thing is None:
            return
        self._by_type[thing.type].pop(key, None)
        self._by_id[thing.id].discard(key)
        for text in texts(thing.inputs):
            self._mentions[text].discard(key)


def _fields(thing: Thing) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in Thing.__dataclass_fields__}


def find_by_urn(world_dir: Path | str, urn: str) -> tuple[Thing, ...]:
    """:meth:`World.find_by_urn` for a world that another process may be serving."""
    with World(world_dir) as world:
        return world.find_by_urn(urn)
