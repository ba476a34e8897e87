"""Finding the resource that a value means: by reference, by physical name, by ARN or by id.

Names are chosen before the deployment and ARNs are written from them, so a destination can be plain text in a preview
too.
"""

from __future__ import annotations

from collections.abc import Mapping

from zt_ai.graph.model import Ref, Resource, ResourceGraph, Unknown, Value
from zt_ai.verify.reading import plain

BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
LOG_GROUPS = ("aws:cloudwatch/logGroup:LogGroup",)
KEYS = ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:kms/externalKey:ExternalKey")
ALIASES = ("aws:kms/alias:Alias",)

# Resources that stand for another one carry its name in one of these inputs: `bucketPolicy.bucket` means the bucket.
_STANDS_FOR = ("bucket", "targetKeyId", "targetKeyArn")
_HOPS = 3


class Lookup:
    """Index of one graph. Building it is one pass over the resources of the types above."""

    def __init__(self, graph: ResourceGraph) -> None:
        self.graph = graph
        self._by_name: dict[str, Resource] = {}
        for resource in graph.of_type(*BUCKETS):
            self._add(resource, "bucket", prefixes=("arn:aws:s3:::", "arn:aws-us-gov:s3:::", "arn:aws-cn:s3:::"))
        for resource in graph.of_type(*LOG_GROUPS, *ALIASES):
            self._add(resource, "name")
        for resource in graph.of_type(*KEYS):
            self._add(resource, None)

    def _add(self, resource: Resource, name: str | None, *, prefixes: tuple[str, ...] = ()) -> None:
        known = [resource.id, resource.outputs.get("arn"), resource.outputs.get("keyId")]
        if name is not None:
            known += [resource.inputs.get(name), resource.outputs.get(name)]
        for one in known:
            if isinstance(one, str) and one:
                for prefix in ("", *prefixes):
                    self._by_name.setdefault(prefix + one, resource)

    def find(self, value: Value, types: tuple[str, ...]) -> Resource | str:
        """The resource of one of the types that a value means, else why there is none, as the end of a sentence."""
        value = plain(value)
        if isinstance(value, Ref):
            return self._follow(value, types)
        if isinstance(value, str):
            for name in _names(value):
                found = self._by_name.get(name)
                if found is not None and found.type in types:
                    return found
                if found is not None:
                    return self._stands_for(found, types, _HOPS)
            return f"{value} is not among the resources of this plan"
        if isinstance(value, Unknown):
            return "which one is known only after the deployment"
        return "none is named"

    def _follow(self, ref: Ref, types: tuple[str, ...]) -> Resource | str:
        resource = self.graph.get(ref.urn)
        if resource is None:
            return f"{ref.urn} is not among the resources of this plan"
        return self._stands_for(resource, types, _HOPS)

    def _stands_for(self, resource: Resource, types: tuple[str, ...], hops: int) -> Resource | str:
        if resource.type in types:
            return resource
        for name in _STANDS_FOR:
            behind = plain(resource.inputs.get(name))
            if hops and isinstance(behind, Ref):
                target = self.graph.get(behind.urn)
                if target is not None:
                    return self._stands_for(target, types, hops - 1)
            if hops and isinstance(behind, str):
                target = self._by_name.get(behind)
                if target is not None:
                    return self._stands_for(target, types, hops - 1)
        return f"{resource.name} ({resource.type}) is not something this claim knows"

    def about(
        self, types: tuple[str, ...], name: str, of: tuple[str, ...]
    ) -> tuple[Mapping[str, list[Resource]], list[Resource]]:
        """The resources of some types by the URN of what their input `name` means, and those of which that is not
        known."""
        found: dict[str, list[Resource]] = {}
        lost: list[Resource] = []
        for resource in self.graph.of_type(*types):
            target = self.find(resource.inputs.get(name), of)
            if isinstance(target, Resource):
                found.setdefault(target.urn, []).append(resource)
            else:
                lost.append(resource)
        return found, lost


def _names(text: str) -> tuple[str, ...]:
    """The names under which a text may be indexed: itself, an S3 ARN without its folder, a log group ARN's name, a
    key ARN's id."""
    names = [text]
    if text.startswith("arn:"):
        fields = text.split(":", 5)
        service, rest = (fields[2], fields[5]) if len(fields) == 6 else ("", "")
        if service == "s3":
            names.append(":".join((*fields[:5], rest.partition("/")[0])))
        elif service == "logs" and rest.startswith("log-group:"):
            names.append(rest.removeprefix("log-group:").removesuffix(":*"))
        elif service == "kms":
            names.append(rest.removeprefix("key/"))
    return tuple(names)
