"""The memory of windows."""

from __future__ import annotations

from zt_ai.egress.detect.names_memory import Memory

SCORES = [(0.1, 0.2, 0.3), (0.0, 1.0, 0.5)]


def test_scores_come_back_as_they_were_put() -> None:
    memory = Memory(2)
    memory.put(memory.key([1, 2]), SCORES)
    assert memory.get(memory.key([1, 2])) == SCORES
    assert memory.get(memory.key([2, 1])) is None


def test_the_window_not_asked_for_longest_is_forgotten() -> None:
    memory = Memory(2)
    one, two, three = (memory.key([number]) for number in (1, 2, 3))
    memory.put(one, SCORES)
    memory.put(two, SCORES)
    assert memory.get(one)
    memory.put(three, SCORES)
    assert memory.get(two) is None
    assert memory.get(one)


def test_keys_say_nothing_outside_of_their_process() -> None:
    assert Memory(1).key([1, 2, 3]) != Memory(1).key([1, 2, 3])
